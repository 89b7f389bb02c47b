"""Alembic migrations of the conversation tables."""
