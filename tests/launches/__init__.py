"""Real processes: every way to start a server, as people and hosts do."""
