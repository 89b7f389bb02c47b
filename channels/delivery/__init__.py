"""News of tickets beside the conversation, as each citizen wishes: e-mail, text message, WeChat's subscribe message."""
