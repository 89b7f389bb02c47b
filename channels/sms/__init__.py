"""Text messages to citizens' telephones: a port, an outbox that loses and doubles nothing, one adapter over HTTP."""
