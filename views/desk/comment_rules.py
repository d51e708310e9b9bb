"""What the editor decided about comments: which ones wait, where and when they are closed, the line above."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, ValidationError

from database import db
from domain.keeping import activity
from domain.moderation import settings
from domain.moderation.models import CommentRules
from domain.moderation.settings import CommentSettings
from forms import PostedForm, line
from lib.text import listed_words, plain
from models import Page
from views.desk.forms import WholeNumberField
from views.web import guards
from views.web.page_context import PAGE_TITLES

blueprint = Blueprint("desk_comment_rules", __name__, url_prefix="/desk/comments/rules")


def _number(most: int) -> list[Any]:
    return [NumberRange(0, most, _l("Please enter a whole number from 0 to %(most)s.", most=most))]


class CommentRulesForm(PostedForm):
    """The settings of comments. Words are one a line."""

    first_comments = WholeNumberField(
        _l("So many first comments of a new member wait for approval"),
        _number(CommentRules.MOST_FIRST),
        render_kw={"inputmode": "numeric"},
    )
    closed_after_days = WholeNumberField(
        _l("Close comments so many days after an article appears"),
        _number(CommentRules.MOST_DAYS),
        render_kw={"inputmode": "numeric"},
    )
    reports_to_hold = WholeNumberField(
        _l("So many members' reports hide a comment until you have looked at it"),
        _number(CommentRules.MOST_REPORTS),
        default=3,
        render_kw={"inputmode": "numeric"},
    )
    words = TextAreaField(_l("Words that let a comment wait"), render_kw={"rows": 10})
    policy = StringField(
        _l("Line above the comment box"),
        [Length(max=CommentRules.POLICY_LENGTH)],
        filters=[line],
        render_kw={"maxlength": CommentRules.POLICY_LENGTH},
    )
    policy_page = SelectField(_l("Page that says more"))

    def offer(self) -> "CommentRulesForm":
        """Set the pages that can be chosen."""
        self.policy_page.choices = [("", _("none")), *((slug, str(PAGE_TITLES[slug])) for slug in Page.SLUGS)]
        return self

    @property
    def listed(self) -> tuple[str, ...]:
        """The words, each once."""
        lines = map(plain.line, (self.words.data or "").splitlines())
        return tuple({listed_words.key(word) or word: word for word in lines if word}.values())

    def validate_words(self, _field: TextAreaField) -> None:
        if len(self.listed) > CommentRules.MOST_WORDS:
            raise ValidationError(_("At most %(n)s words, please.", n=CommentRules.MOST_WORDS))
        for word in self.listed:
            if not listed_words.key(word):
                least = listed_words.SHORTEST
                raise ValidationError(
                    _("“%(word)s” is too short: %(n)s letters or digits at least.", word=word, n=least)
                )
            if len(word) > listed_words.LONGEST:
                raise ValidationError(
                    _("“%(word)s” is too long: %(n)s characters at most.", word=word, n=listed_words.LONGEST)
                )

    def settings(self) -> CommentSettings:
        return CommentSettings(
            first_comments=self.first_comments.data or 0,
            closed_after_days=self.closed_after_days.data or 0,
            words=self.listed,
            policy=self.policy.data or "",
            policy_page=self.policy_page.data or "",
            reports_to_hold=self.reports_to_hold.data or 0,
        )


@blueprint.get("")
def edit() -> Any:
    current = settings.read()
    values = {name: getattr(current, name) for name in CommentSettings.__dataclass_fields__}
    values |= {"words": "\n".join(current.words)}
    return _page(CommentRulesForm(data=values).offer())


@blueprint.post("")
def update() -> Any:
    form = CommentRulesForm().offer()
    if not form.validate():
        return _page(form), 422
    settings.save(form.settings())
    activity.record(guards.reader(), "comment-rules-changed", path=url_for(".edit"))
    db.session.commit()
    flash(_("The rules of comments are saved."))
    return redirect(url_for("desk_comment_rules.edit"), 303)


def _page(form: CommentRulesForm) -> str:
    return render_template("desk/comments/rules.html", form=form)
