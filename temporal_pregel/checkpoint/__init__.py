"""Where threads of graphs in this process are kept."""
