"""Which steps a case takes, one after the other or at once."""
