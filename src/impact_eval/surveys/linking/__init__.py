"""Who is the same person: duplicates, links between waves, parents and children, schools' names."""
