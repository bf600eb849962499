"""Where graphs keep what nodes wrote for an input."""
