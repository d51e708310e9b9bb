"""Runs each migration on both databases, first the news, then the visitors, in one transaction each."""

from alembic import context
from flask import current_app

from database import write_intent

db = current_app.extensions["migrate"].db
NAMES = {"": None, "visitors": "visitors"}  # as in upgrade_() and upgrade_visitors() -> bind


def include_name(name, kind, _parents):
    """Leave out full-text tables and their shadow tables."""
    return kind != "table" or not any(mark in (name or "") for mark in ("_fts", "_search"))


def without_empty(_context, _revision, directives):
    """Write no migration file if nothing changed."""
    automatic = getattr(context.config.cmd_opts, "autogenerate", False)
    if automatic and all(operations.is_empty() for operations in directives[0].upgrade_ops_list):
        directives[:] = []


def run():
    arguments = dict(current_app.extensions["migrate"].configure_args)
    arguments["process_revision_directives"] = without_empty
    token = write_intent.set(True)
    try:
        migrate(arguments)
    finally:
        write_intent.reset(token)


def migrate(arguments):
    connections = {name: db.engines[bind].connect() for name, bind in NAMES.items()}
    try:
        for connection in connections.values():
            if connection.dialect.name == "sqlite":
                # A batch operation drops the old table: foreign keys must not cascade from that.
                connection.connection.execute("PRAGMA foreign_keys=OFF")
        transactions = [connection.begin() for connection in connections.values()]
        for name, connection in connections.items():
            context.configure(
                connection=connection,
                target_metadata=db.metadatas[NAMES[name]],
                upgrade_token=f"{name}_upgrades",
                downgrade_token=f"{name}_downgrades",
                include_name=include_name,
                **arguments,
            )
            context.run_migrations(engine_name=name)
        for transaction in transactions:
            transaction.commit()
    finally:
        for connection in connections.values():
            if connection.dialect.name == "sqlite":
                connection.rollback()
                connection.connection.execute("PRAGMA foreign_keys=ON")
            connection.close()


run()
