"""What the process environment says of where this is."""
