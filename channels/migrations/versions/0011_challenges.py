"""Creates the table of solved challenges."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "solved_challenges",
        sa.Column("nonce", sa.String(64), primary_key=True),
        sa.Column("conversation_id", sa.String(64)),
        sa.Column("allowed_until", sa.BigInteger, nullable=False),
        sa.Column("kept_until", sa.BigInteger, nullable=False),
    )
    op.create_index("solved_challenges_conversation_id", "solved_challenges", ["conversation_id"])
    op.create_index("solved_challenges_kept_until", "solved_challenges", ["kept_until"])


def downgrade() -> None:
    op.drop_table("solved_challenges")
