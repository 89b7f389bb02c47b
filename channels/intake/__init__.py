"""Upstream intake: matters that other platforms, hotlines and mailboxes pass on, each answered with a receipt."""
