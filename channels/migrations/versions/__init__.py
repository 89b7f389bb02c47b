"""One file a change of the conversation tables, oldest first."""
