"""The schema of tickets, step by step; run by `tickets.adapters.migrate`."""
