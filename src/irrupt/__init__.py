"""irrupt."""
