"""How citizens reach the hotline in writing: the gateway, its conversations and its channels."""
