"""Alembic's entry: runs the migrations on the connection that `toolkit.store.migration` hands over."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=None, render_as_batch=True)
context.run_migrations()
