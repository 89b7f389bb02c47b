"""Implementations of the ports in `channels.desk.ports`."""
