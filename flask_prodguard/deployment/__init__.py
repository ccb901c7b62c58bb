"""Reads the files that start an app into start commands. Imports nothing of the app."""
