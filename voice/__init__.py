"""The telephone line: calls over SIP and AudioSocket, hearing, speaking, and the dialogue with the gateway.

It talks to the rest of the hotline over HTTP only: neither tickets nor Rasa nor channels are imported here.
"""
