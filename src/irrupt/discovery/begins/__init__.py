"""When work began, where the records only say when it ended."""
