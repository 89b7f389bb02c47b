"""Hearing: recognisers behind one port, chosen by what is installed.

What was heard is tidied in `voice.heard`; when someone has finished speaking is decided by turn-taking, not here.
"""
