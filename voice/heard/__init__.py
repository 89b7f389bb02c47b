"""What is made of the words an engine heard: one form for numbers, names put right, doubt noticed.

Pure: no engine, no file, no clock; vocabularies are passed in.
"""
