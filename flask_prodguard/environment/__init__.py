"""What the process environment shows about where the app runs."""
