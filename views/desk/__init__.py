"""The editor's desk: one blueprint file for each noun. All of VIEWS require the editor."""

from views.desk import (
    activity,
    archive,
    backups,
    banners,
    blocks,
    checks,
    claims,
    comment_rules,
    comments,
    corrections,
    deletion,
    documents,
    front,
    hidden_words,
    holds,
    home,
    imported_totals,
    inbox,
    incidents,
    lead,
    letters,
    mail,
    media,
    members,
    merging,
    pages,
    paper,
    papers,
    photos,
    posts,
    preview,
    proposals,
    publication,
    registrations,
    reporters,
    reports,
    reset_links,
    revisions,
    sample,
    section_places,
    sections,
    settings,
    site_notices,
    start,
    statistics,
    working_copies,
)
from views.web import guards

VIEWS = (
    home, inbox, incidents,
    posts, archive, checks, preview, publication, deletion, revisions, merging, corrections, lead, front,
    photos, media, letters, mail, claims, comments, comment_rules, paper, pages, sections, section_places,
    settings, statistics, hidden_words, imported_totals, working_copies, documents, proposals, reporters,
    members, blocks, reset_links, reports, holds, sample, activity, backups, registrations,
    banners, site_notices, papers,
)  # fmt: skip
FOR_NOBODY_YET = (start,)  # where there is no editor: it has a guard of its own

for view in VIEWS:
    view.blueprint.before_request(guards.require_editor)
