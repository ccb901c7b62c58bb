"""What holds for every host, environment, configuration and verdict."""
