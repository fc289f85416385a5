"""Going behind one number: what it is, from whom, and the same once more."""
