"""The WeChat mini-program: who its citizens are, which conversation is theirs, and what WeChat wants of a server."""
