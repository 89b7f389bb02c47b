"""The forms: what each asks for, what fills it, and what happens when the citizen says something else."""
