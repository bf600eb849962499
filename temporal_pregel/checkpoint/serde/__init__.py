"""How savers of whole states write values."""
