"""Measures the running system from outside: speed, memory, start, training, understanding (`make bench`)."""
