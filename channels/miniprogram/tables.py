"""The tables of the mini-program: people, their sessions and conversations, flagged texts, accepted messages.

Only their shape; `channels/migrations` makes them. WeChat's session keys are nowhere among them.
"""

from __future__ import annotations

import sqlalchemy as sa

from channels.adapters.tables import metadata
from hotline.database import UtcDateTime

people = sa.Table(
    "miniprogram_people",
    metadata,
    sa.Column("appid", sa.String(40), primary_key=True),
    sa.Column("openid", sa.String(64), primary_key=True),
    sa.Column("unionid", sa.String(64)),
    sa.Column("seen_at", UtcDateTime(), nullable=False),
)

sessions = sa.Table(
    "miniprogram_sessions",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("appid", sa.String(40), nullable=False),
    sa.Column("openid", sa.String(64), nullable=False),
    sa.Column("expires_at", UtcDateTime(), nullable=False),
)
sa.Index("miniprogram_sessions_person", sessions.c.appid, sessions.c.openid)
sa.Index("miniprogram_sessions_expires_at", sessions.c.expires_at)

own_conversations = sa.Table(
    "miniprogram_conversations",
    metadata,
    sa.Column("conversation_id", sa.String(64), primary_key=True),
    sa.Column("appid", sa.String(40), nullable=False),
    sa.Column("openid", sa.String(64), nullable=False),
    sa.Column("used_at", UtcDateTime(), nullable=False),
    sa.Column("checked_seq", sa.Integer, nullable=False),
    sa.Column("checking_until", UtcDateTime()),
)
sa.Index("miniprogram_conversations_person", own_conversations.c.appid, own_conversations.c.openid)

flags = sa.Table(
    "miniprogram_flags",
    metadata,
    sa.Column("conversation_id", sa.String(64), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("reason", sa.String(16), nullable=False),
    sa.Column("label", sa.Integer),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("settled_at", UtcDateTime()),
)
_open = flags.c.settled_at.is_(None)
sa.Index("miniprogram_flags_open", flags.c.at, sqlite_where=_open, postgresql_where=_open)

quotas = sa.Table(
    "miniprogram_quotas",
    metadata,
    sa.Column("appid", sa.String(40), primary_key=True),
    sa.Column("openid", sa.String(64), primary_key=True),
    sa.Column("template", sa.String(64), primary_key=True),
    sa.Column("remaining", sa.Integer, nullable=False),
)

notices = sa.Table(
    "miniprogram_notices",
    metadata,
    sa.Column("id", sa.String(160), primary_key=True),
    sa.Column("result", sa.String(24), nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
)
sa.Index("miniprogram_notices_at", notices.c.at)
