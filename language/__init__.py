"""What every part of the hotline must know of its five languages.

Plain Python without a framework: the bot's environment (3.10) and the main one both import it.
"""
