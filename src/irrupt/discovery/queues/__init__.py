"""Who is taken first, who goes straight on, and who gives up."""
