"""A worker to deploy: `python -m workers my.module:app …` serves compiled graphs until it is told to stop.

How it finds the server is Temporal's own affair: the environment variables and the TOML profile that the `temporal` CLI
reads, too. What is ours are the settings of `workers.settings`, each a flag and an environment variable.
"""
