"""A stand-in for `python -m bot.parse`: answers each text with its length, and ends when it hears "die"."""

from __future__ import annotations

import json
import sys
import time

for line in sys.stdin:
    text = json.loads(line)["text"]
    if text == "die":
        sys.exit(1)
    time.sleep(0.001 * (len(text) % 5))
    print(json.dumps({"text": text, "length": len(text)}), flush=True)
