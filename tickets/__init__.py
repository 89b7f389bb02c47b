"""Tickets: the matters citizens bring, from filing to closing, their clocks, their history and their events.

Nothing here speaks to a citizen, knows Rasa or opens a socket to anything but its database. Others use
`tickets.bootstrap.open_tickets` and the commands in `tickets.service.commands`.
"""
