"""Every number a second time, in plain steps, with its formula in words."""
