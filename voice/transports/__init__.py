"""How calls come in and go out: SIP over UDP and TCP, and AudioSocket."""
