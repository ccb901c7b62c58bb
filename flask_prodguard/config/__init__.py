"""The settings ``PRODGUARD_*``: their keys, their parsers and their sources."""
