"""What was measured in each wave and how it changed: means, items, ratings, their quality."""
