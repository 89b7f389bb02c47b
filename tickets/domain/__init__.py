"""The rules of tickets: plain values and functions, no I/O, no framework, time is an argument."""
