"""Threads, processes, gevent, and Python's strictest modes."""
