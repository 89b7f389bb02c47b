"""Consultation items in five languages: reading, finding, answering, editing. It refuses to answer without an item."""
