"""Reads command lines and scripts as a shell does."""
