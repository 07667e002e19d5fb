"""What a power cut leaves behind: record what a server asks of its disk, and rebuild the files as they may be found.

recorder   in the server: writes down everything SQLite writes, cuts short, syncs, makes and removes
replay     from such a record: the files as a cut at any moment may leave them
checker    a program that opens such files as Muster does and says what is wrong with them
"""
