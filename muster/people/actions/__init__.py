"""Changes to who everybody is. Each module is one subject; each action a verb with `by=` and `at=`."""
