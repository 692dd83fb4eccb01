"""${message}."""

import sqlalchemy as sa
from alembic import op

from toolkit.store.schema import Moment
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Change the tables."""
    ${upgrades if upgrades else "pass"}
