"""Puts what a hand-over has to say into the words of the conversation's language.

Only keys stand here; the words are in `bot/responses/<lang>/people.yml`.
"""

from __future__ import annotations

from channels import notices
from channels.conversations import Conversation, Draft
from channels.handoff.moves import Notice, Word
from channels.ports import Sentences


def worded(sentences: Sentences, said: Notice | Word, conversation: Conversation) -> Draft:
    """A message to store: a sentence of the system, or a person's own words."""
    if isinstance(said, Notice):
        text = sentences.text(said.key, conversation.language, conversation.channel, **said.values)
        buttons = notices.buttons_of(sentences, said.key, conversation)
        return Draft("system", conversation.language, text, buttons, dict(said.data))
    data = {**said.data, "agent": {"name": said.agent}}
    if said.attachment is not None:
        item = said.attachment
        data["attachment"] = {"id": item.id, "type": item.type, "size_bytes": item.size_bytes, "name": item.name}
    return Draft("agent", said.language or conversation.language, said.text, data=data)
