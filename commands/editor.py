"""`flask editor …`: the account of the editor, and the way back in for whoever is locked out."""

import secrets
from urllib.parse import urlsplit

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import gettext as _

from commands.transactions import news_transaction
from domain.neighbours import membership, two_step
from lib.web import passwords

editor = AppGroup("editor", help="The editor's account.")


@editor.command("create")
@click.option("--username", default="editor", show_default=True)
@click.option("--nickname", help="The name shown with the editor's comments.")
@click.option("--email", help="The address for letters to the editor.")
@click.option("--password", help="Without this option a password is generated and printed.")
def create_editor(username: str, nickname: str | None, email: str | None, password: str | None) -> None:
    """Create the account of the editor, who writes and publishes."""
    host = urlsplit(current_app.config["SETTINGS"].site_url).hostname or "localhost"
    email = email or f"{username}@{host if '.' in host else 'paper.example'}"
    chosen = _password(password, username, nickname or "", email)
    with news_transaction():
        username = membership.create_editor(username, nickname or _("Editor"), email, chosen).username
    click.echo(_("The editor is %(username)s.", username=username))
    click.echo(_("Password: %(password)s", password=chosen))


@editor.command("password")
@click.option("--username", help="Required if there are several editors.")
@click.option("--password", help="Without this option a password is generated and printed.")
def change_editor_password(username: str | None, password: str | None) -> None:
    """Change the editor's password and end every login."""
    chosen = _password(password, username or "")
    password_hash = passwords.hash_password(chosen)
    with news_transaction():
        member = membership.editor(username)
        username = member.username
        membership.change_password(member, password_hash)
    click.echo(_("The password of %(username)s is changed.", username=username))
    click.echo(_("Password: %(password)s", password=chosen))


@editor.command("two-step-off")
@click.option("--username", help="Of any account. Without this option: the editor's.")
def switch_two_step_off(username: str | None) -> None:
    """Switch two-step login off, for somebody who has lost the phone and the recovery codes."""
    with news_transaction():
        member = membership.find(username) if username else membership.editor()
        if member is None or not two_step.is_on(member):
            raise click.ClickException(_("This account has no two-step login."))
        two_step.switch_off(member)
        username = member.username
    click.echo(_("Two-step login of %(username)s is off.", username=username))


def _password(chosen: str | None, *names: str) -> str:
    """The chosen password if it is strong enough; a generated one if none was chosen."""
    if chosen is None:
        return secrets.token_urlsafe(12)
    if passwords.weakness(chosen, *names):
        raise click.ClickException(_("A password has 8 to 128 characters and is not easily guessed."))
    return chosen
