"""Follows a Python program to the calls that serve an app. Runs nothing of it."""
