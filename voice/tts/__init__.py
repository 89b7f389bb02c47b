"""Speaking: voices behind one port, tried in order, with prompts rendered ahead and spoken texts kept.

What to say is the conversation's business; how numbers are read is `voice.speakable`'s.
"""
