"""The commands: `flask --app wsgi …`."""

import click
from flask import Flask

from app import extensions
from app.db import migrate


@click.command("migrate")
def migrate_command() -> None:
    """Bring the database's schema up to date."""
    migrate(extensions.database().engine)
    click.echo("数据库结构已是最新。")


def register(app: Flask) -> None:
    """Add the commands to `flask --app wsgi`."""
    app.cli.add_command(migrate_command)
