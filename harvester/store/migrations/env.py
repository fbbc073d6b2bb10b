"""alembic's entry: the connection comes from ``harvester.store.migrate``, in a transaction of its own."""

from alembic import context

from harvester.store import schema_staff  # noqa: F401  (its tables)
from harvester.store.schema import metadata
from harvester.store.search import ours_alone

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_object=ours_alone,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
