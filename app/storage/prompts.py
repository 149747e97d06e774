"""Prompt templates: stored once each under the hash of their text, for the runs that used them."""

from __future__ import annotations

from sqlalchemy import select

from app.problems.prompts import PromptTemplate
from app.storage.errors import NotFound
from app.storage.sessions import ReadSession, WriteSession, insert_or_ignore, utc_now
from app.storage.tables import PromptTemplateRecord


def save(s: WriteSession, template: PromptTemplate) -> None:
    """Store a template, unless its text is stored already: then that keeps its first name and version."""
    row = {
        "sha256": template.sha256,
        "name": template.name,
        "version": template.version,
        "text": template.text,
        "created_at": utc_now(),
    }
    insert_or_ignore(s, PromptTemplateRecord, [row])


def find(s: ReadSession, sha256: str) -> PromptTemplate:
    """The template of this hash, or of the only one that begins so; raises `NotFound`."""
    found = s.scalars(
        select(PromptTemplateRecord)
        .where(PromptTemplateRecord.sha256.startswith(sha256, autoescape=True))
        .limit(2)
    ).all()
    if len(found) != 1:
        raise NotFound(f"{'more than one' if found else 'no'} prompt template is stored as {sha256!r}")
    return _template(found[0])


def list_templates(s: ReadSession) -> list[PromptTemplate]:
    """Every stored template, by name, the oldest first."""
    query = select(PromptTemplateRecord).order_by(
        PromptTemplateRecord.name, PromptTemplateRecord.created_at, PromptTemplateRecord.sha256
    )
    return [_template(record) for record in s.scalars(query)]


def _template(record: PromptTemplateRecord) -> PromptTemplate:
    return PromptTemplate(record.name, record.version, record.text)
