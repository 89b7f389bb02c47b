"""Creates the tables of the mini-program: people, sessions, conversations, flagged texts, accepted messages."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TABLES = ("people", "sessions", "conversations", "flags", "quotas", "notices")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "miniprogram_people",
        sa.Column("appid", sa.String(40), primary_key=True),
        sa.Column("openid", sa.String(64), primary_key=True),
        sa.Column("unionid", sa.String(64)),
        sa.Column("seen_at", moment, nullable=False),
    )
    op.create_table(
        "miniprogram_sessions",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("appid", sa.String(40), nullable=False),
        sa.Column("openid", sa.String(64), nullable=False),
        sa.Column("expires_at", moment, nullable=False),
    )
    op.create_index("miniprogram_sessions_person", "miniprogram_sessions", ["appid", "openid"])
    op.create_index("miniprogram_sessions_expires_at", "miniprogram_sessions", ["expires_at"])
    op.create_table(
        "miniprogram_conversations",
        sa.Column("conversation_id", sa.String(64), primary_key=True),
        sa.Column("appid", sa.String(40), nullable=False),
        sa.Column("openid", sa.String(64), nullable=False),
        sa.Column("used_at", moment, nullable=False),
        sa.Column("checked_seq", sa.Integer, nullable=False),
        sa.Column("checking_until", moment),
    )
    op.create_index("miniprogram_conversations_person", "miniprogram_conversations", ["appid", "openid"])
    op.create_table(
        "miniprogram_flags",
        sa.Column("conversation_id", sa.String(64), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("label", sa.Integer),
        sa.Column("at", moment, nullable=False),
        sa.Column("settled_at", moment),
    )
    unsettled = sa.text("settled_at IS NULL")
    op.create_index(
        "miniprogram_flags_open", "miniprogram_flags", ["at"], sqlite_where=unsettled, postgresql_where=unsettled
    )
    op.create_table(
        "miniprogram_quotas",
        sa.Column("appid", sa.String(40), primary_key=True),
        sa.Column("openid", sa.String(64), primary_key=True),
        sa.Column("template", sa.String(64), primary_key=True),
        sa.Column("remaining", sa.Integer, nullable=False),
    )
    op.create_table(
        "miniprogram_notices",
        sa.Column("id", sa.String(160), primary_key=True),
        sa.Column("result", sa.String(24), nullable=False),
        sa.Column("at", moment, nullable=False),
    )
    op.create_index("miniprogram_notices_at", "miniprogram_notices", ["at"])


def downgrade() -> None:
    for name in reversed(_TABLES):
        op.drop_table(f"miniprogram_{name}")
