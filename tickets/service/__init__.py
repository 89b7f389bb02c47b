"""What can be asked of the tickets: commands, the desk that carries them out, and the ports it needs."""
