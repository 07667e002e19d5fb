"""Django on SQLCipher: the data file is encrypted from its first byte.

`opening.py` opens a file in the one right order; everything else fits Django's SQLite backend to that driver.
"""
