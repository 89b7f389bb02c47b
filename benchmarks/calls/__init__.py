"""Callers for measurements and tests: a telephone, voices of their own, and what they say in a whole complaint."""
