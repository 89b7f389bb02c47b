"""What a telephone call needs of the gateway: who calls, drafts that were broken off, missed calls, hint words."""
