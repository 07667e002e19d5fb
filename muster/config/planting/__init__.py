"""The invented trust of the demo. Nobody in it exists; nothing in it was taken from any school."""
