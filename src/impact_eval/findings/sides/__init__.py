"""Designs with schools that had no workshop, or had it later: effects, and what is left."""
