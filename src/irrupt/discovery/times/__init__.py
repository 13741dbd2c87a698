"""How long work takes, and what passes between steps that nobody works on."""
