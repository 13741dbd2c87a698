"""Who works, in which team and in which hours, and what nobody does."""
