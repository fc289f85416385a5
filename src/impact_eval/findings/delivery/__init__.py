"""What schools and people were given of a programme, and what goes with it."""
