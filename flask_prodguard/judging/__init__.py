"""A launch, its environment and its configuration become a verdict."""
