"""How far what was learned is to be trusted: distances to held-out records, and other organisations that fit."""
