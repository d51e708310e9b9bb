"""What is worth a look in the form of an article, as it was typed."""

from collections.abc import Sequence

from domain.desk.checks import panel
from domain.reading.headlines import headline
from models import Paper, Post
from views.desk.photo_fields import PhotoFields
from views.desk.post_form import PostForm


def notes(form: PostForm, post: Post | None, pictures: Sequence[PhotoFields]) -> list[panel.Note]:
    """The notes on a form; none on an empty one.

    :param pictures: its photos beside the text
    """
    if not (form.title.data or form.body.data):
        return []
    title = Post(
        title=form.title.data or "",
        origin=form.origin.data or "",
        correction_kind=post.correction_kind if post else "",
    )
    draft = panel.Draft(
        title=headline(title),
        subtitle=form.subtitle.data or "",
        body=form.body.data or "",
        internal_note=form.internal_note.data or "",
        photos=[_words(fields, n) for n, fields in enumerate(pictures, 1) if not fields.removed],
        known_numbers=(Paper.get().telephone, form.telephone.data or ""),
        post_id=post.id if post else None,
        state=post.state if post else "draft",
        published_at=form.published_at.moment,
        comments_closed=bool(form.comments_closed.data),
    )
    return panel.look(draft)


def _words(fields: PhotoFields, number: int) -> panel.PhotoWords:
    alt = None if fields.is_decorative else fields.alt
    return panel.PhotoWords(number, f"caption-{fields.photo.id}", fields.caption, fields.credit, alt)
