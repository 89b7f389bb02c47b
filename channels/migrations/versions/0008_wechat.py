"""Creates the table of people who write through WeChat."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "wechat_people",
        sa.Column("appid", sa.String(40), primary_key=True),
        sa.Column("openid", sa.String(64), primary_key=True),
        sa.Column("unionid", sa.String(64)),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.Column("sent_seq", sa.Integer, nullable=False),
        sa.Column("sending_until", moment),
        sa.Column("gone", sa.Boolean, nullable=False),
    )
    op.create_index("wechat_people_conversation_id", "wechat_people", ["conversation_id"])


def downgrade() -> None:
    op.drop_table("wechat_people")
