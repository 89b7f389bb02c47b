"""What the bot does: Rasa custom actions and forms, the thin edge between a conversation and the tickets."""
