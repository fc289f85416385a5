"""impact_eval."""
