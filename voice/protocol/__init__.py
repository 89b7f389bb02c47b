"""Wire formats and state machines of the telephone line: bytes and events in, bytes and events out.

Nothing here opens a socket, reads a clock or starts a task: time is an argument, and what is to be sent is returned.
"""
