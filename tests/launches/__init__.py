"""Real processes: every road to a server, as a person or a host starts it."""
