"""How cases differ: their classes, quantities and due dates."""
