"""Real production servers in front of one guarded app."""
