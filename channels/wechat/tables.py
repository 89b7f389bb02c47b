"""The table of people who write through WeChat: which conversation is theirs, and up to where they heard us."""

from __future__ import annotations

import sqlalchemy as sa

from channels.adapters.tables import metadata
from hotline.database import UtcDateTime

people = sa.Table(
    "wechat_people",
    metadata,
    sa.Column("appid", sa.String(40), primary_key=True),
    sa.Column("openid", sa.String(64), primary_key=True),
    sa.Column("unionid", sa.String(64)),
    sa.Column("conversation_id", sa.String(64), nullable=False),
    sa.Column("seen_at", UtcDateTime(), nullable=False),
    sa.Column("sent_seq", sa.Integer, nullable=False),
    sa.Column("sending_until", UtcDateTime()),
    sa.Column("gone", sa.Boolean, nullable=False),
)
sa.Index("wechat_people_conversation_id", people.c.conversation_id)
