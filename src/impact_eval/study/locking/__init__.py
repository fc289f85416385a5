"""The lock of the analysis plan: what is held, since when, and what was changed afterwards."""
