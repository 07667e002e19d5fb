"""What attendance offers to the apps below it."""
