"""The `hotline` command and what starts the processes."""
