"""The staff's interface: tickets for people of the hotline, of units and of areas, and for their machines."""
