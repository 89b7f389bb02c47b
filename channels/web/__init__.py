"""HTTP, SSE and WebSocket handlers of the gateway and the citizen's page."""
