"""The first run: seven short screens from an empty school to its markbook. Every one can wait.

It stands in config because it speaks to people, curriculum and markbook at once.
"""
