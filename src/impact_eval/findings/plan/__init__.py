"""What the plan says of findings: families, the lock, and what may be said of each number."""
