"""What findings are computed from: people as arrays, samples, sides, groups, pairs."""
