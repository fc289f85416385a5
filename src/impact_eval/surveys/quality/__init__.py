"""Flags of careless and doubtful forms, and what a plan leaves out because of them."""
