"""Run the migrations on the connection that the caller hands over."""

from alembic import context

from indexer.schema import metadata


def run() -> None:
    context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()


# The name by which Alembic loads this file; anything else only looks at it.
if __name__ == "env_py":
    run()
