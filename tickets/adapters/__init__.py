"""What the ports of `tickets.service` are in fact: databases, city files, a classifier."""
