"""Reads the start commands that the files of images and platforms declare."""
