"""An OpenAI-compatible chat model behind the `Rewriter` port; off unless HOTLINE_REWRITER_URL names one.

It gets the question and the item's passage, nothing of the citizen else, and ends within its time-out.
"""

from __future__ import annotations

from knowledge.adapters.encoders import post_json
from knowledge.errors import EncoderUnavailable, RewriterUnavailable

_ASKED = (
    "You answer a citizen of a city from one official passage. Use only what the passage says. Do not add a number, "
    "name, date, address, promise or advice. At most three sentences, in the language with this code: {language}."
)


class ChatRewriter:
    """`POST <address>/chat/completions`."""

    def __init__(self, address: str, model: str, key: str, timeout_seconds: float) -> None:
        self._address = address.rstrip("/") + "/chat/completions"
        self._model = model
        self._key = key
        self._timeout_seconds = timeout_seconds

    def rewrite(self, question: str, passage: str, language: str) -> str:
        body = {
            "model": self._model,
            "temperature": 0,
            "messages": [
                {"role": "system", "content": _ASKED.format(language=language)},
                {"role": "user", "content": f"Passage:\n{passage}\n\nQuestion:\n{question}"},
            ],
        }
        try:
            answer = post_json(self._address, body, self._key, self._timeout_seconds)
            return str(answer["choices"][0]["message"]["content"])
        except EncoderUnavailable as error:
            raise RewriterUnavailable(str(error)) from error
        except (KeyError, IndexError, TypeError) as error:
            raise RewriterUnavailable(f"{self._address} does not answer as /v1/chat/completions does") from error
