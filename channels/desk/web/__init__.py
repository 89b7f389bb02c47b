"""The desk over HTTP and WebSocket."""
