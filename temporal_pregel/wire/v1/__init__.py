"""The messages of the contract, made by proto/generate.py from proto/temporal_pregel/v1."""
