"""The version of flask-prodguard, kept in this one place."""

__version__ = "0.1.0"
