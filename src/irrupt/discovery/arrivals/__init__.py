"""How many cases come, of whom, and when."""
