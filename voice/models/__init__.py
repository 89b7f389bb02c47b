"""Speech models: a catalogue, and fetching them from their makers or from a package index.

Nothing is fetched unless someone asks; a model that is there is never changed.
"""
