"""What each section of the report page says, as plain data: one module for each section."""
