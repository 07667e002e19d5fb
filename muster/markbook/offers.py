"""What markbook offers to the apps below it."""
