"""The conversation: what runs inside Rasa, and the language assets it speaks with."""
