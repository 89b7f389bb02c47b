"""Texts as they are said: numbers, dates, times, telephone and ticket numbers, plates, abbreviations spelled out.

Pure, a table and a few rules a language. It changes no words that a voice reads right by itself.
"""
