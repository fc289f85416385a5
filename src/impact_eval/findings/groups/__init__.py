"""Schools, phases, groups of people, parents and children: where they stand, and apart."""
