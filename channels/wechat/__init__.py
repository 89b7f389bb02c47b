"""WeChat: what citizens write to the city's official account, and what they are told there."""
