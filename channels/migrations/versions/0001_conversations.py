"""Creates conversations and messages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON().with_variant(JSONB(), "postgresql")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("owner", sa.String(8), nullable=False),
        sa.Column("owner_version", sa.Integer, nullable=False),
        sa.Column("owner_since", moment),
        sa.Column("last_seq", sa.Integer, nullable=False),
        sa.Column("attachments", sa.Integer, nullable=False),
    )
    op.create_index("conversations_waiting", "conversations", ["owner", "owner_since"])
    op.create_table(
        "messages",
        sa.Column("conversation_id", sa.String(64), sa.ForeignKey("conversations.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("message_id", sa.String(160)),
        sa.Column("sender", sa.String(8), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("buttons", json, nullable=False),
        sa.Column("data", json, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("reply_to", sa.Integer),
        sa.Column("turn", sa.String(8)),
        sa.Column("turn_of", sa.Integer),
        sa.Column("turn_language", sa.String(8)),
        sa.Column("turn_owner", sa.String(8)),
        sa.UniqueConstraint("conversation_id", "message_id", name="messages_once"),
        sqlite_with_rowid=False,
    )
    pending = sa.text("turn = 'pending'")
    op.create_index("messages_pending", "messages", ["at"], sqlite_where=pending, postgresql_where=pending)


def downgrade() -> None:
    op.drop_table("messages")
    op.drop_table("conversations")
