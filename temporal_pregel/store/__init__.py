"""Where graphs keep what outlives a thread."""
