"""E-mails to citizens: a port, their words, and three ways to send one (the log, SMTP, an HTTP address)."""
