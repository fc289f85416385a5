"""What a design will be able to show, computed before its data are collected."""
