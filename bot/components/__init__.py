"""NLU components of the hotline's Rasa pipeline, in the order of config.yml."""
