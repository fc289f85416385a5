"""What stands beside a planned result: other tests, other ways, and what would undo it."""
