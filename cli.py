"""The `flask` commands: parse, call, commit, one line out."""

import secrets
from urllib.parse import urlsplit

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_babel import gettext as _

from database import db, write_first
from domain import membership
from lib import passwords
from models import Refused

editor = AppGroup("editor", help="The editor's account.")


def init_app(app: Flask) -> None:
    """Attach every command to the app."""
    app.cli.add_command(editor)


@editor.command("create")
@click.option("--username", default="editor", show_default=True)
@click.option("--nickname", help="What stands beside the editor's comments.")
@click.option("--email", help="Where letters to the editor go.")
@click.option("--password", help="One is made up and printed when none is given.")
def create_editor(username: str, nickname: str | None, email: str | None, password: str | None) -> None:
    """Make the editor, who writes and publishes."""
    host = urlsplit(current_app.config["SETTINGS"].site_url).hostname or "localhost"
    email = email or f"{username}@{host if '.' in host else 'paper.example'}"
    chosen = _password(password, username, nickname or "", email)
    write_first.set(True)
    try:
        member = membership.create_editor(username, nickname or _("Editor"), email, chosen)
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    db.session.commit()
    click.echo(_("The editor is %(username)s.", username=member.username))
    click.echo(_("Password: %(password)s", password=chosen))


@editor.command("password")
@click.option("--username", help="Which editor, where there are several.")
@click.option("--password", help="One is made up and printed when none is given.")
def change_editor_password(username: str | None, password: str | None) -> None:
    """Give the editor a new password and end every login."""
    chosen = _password(password, username or "")
    password_hash = passwords.hash_password(chosen)
    write_first.set(True)
    try:
        member = membership.editor(username)
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    membership.change_password(member, password_hash)
    db.session.commit()
    click.echo(_("The password of %(username)s is changed.", username=member.username))
    click.echo(_("Password: %(password)s", password=chosen))


def _password(given: str | None, *names: str) -> str:
    """The password given, if it will do, or a new one."""
    if given is None:
        return secrets.token_urlsafe(12)
    if passwords.weakness(given, *names):
        raise click.ClickException(_("A password has 8 to 128 characters and is not easily guessed."))
    return given
