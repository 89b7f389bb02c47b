"""WeChat: the official account's messages, and the calls of WeChat's servers that account and mini-program share."""
