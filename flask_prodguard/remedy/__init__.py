"""How this app is served instead: the lines to change, and where."""
