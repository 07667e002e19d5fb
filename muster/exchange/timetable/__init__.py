"""The timetable as a file: lessons, duties, and pupils who are part-time or due at another school."""
