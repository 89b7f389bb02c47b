"""Implementations of the ports in `channels.ports`."""
