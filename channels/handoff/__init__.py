"""The hand-over of a conversation to people and back: contract, service, and adapters for desks."""
