"""The hotline's own desk: people who take conversations over, with queue, presence, alerts and a live board."""
