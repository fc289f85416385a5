"""Who is in the numbers, and what became of everybody and of every form."""
