"""At run time: the hooks, the facts of a launch, and what is done about it."""
