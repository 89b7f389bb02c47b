"""What holds consultation items and vectors outside this package: folders, databases, models."""
