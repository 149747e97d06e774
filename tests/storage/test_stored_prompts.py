"""Prompt templates come back as they went in, under their hash."""

import pytest

from app.problems.prompts import TEMPLATES, read_template
from app.storage import prompts
from app.storage.errors import NotFound


def test_a_template_is_found_by_its_hash(db):
    """Every built-in one, saved twice, is there once, and equal to itself."""
    with db.write() as s:
        for template in (*TEMPLATES.values(), *TEMPLATES.values()):
            prompts.save(s, template)
    with db.read() as s:
        for template in TEMPLATES.values():
            assert prompts.find(s, template.sha256) == template
            assert prompts.find(s, template.sha256[:12]) == template
        assert prompts.list_templates(s) == sorted(TEMPLATES.values(), key=lambda template: template.name)


def test_a_text_has_one_name(db):
    """The same text under another name is the one that was there first; its text keeps every byte."""
    mine, yours = (read_template("Löse: {statement} ∎\n\n", name) for name in ("mine", "yours"))
    with db.write() as s:
        prompts.save(s, mine)
        prompts.save(s, yours)
        assert prompts.find(s, yours.sha256) == mine


@pytest.mark.parametrize("sha256", ["0" * 64, "", "%", "_"])
def test_an_unknown_or_ambiguous_hash_is_not_found(db, sha256):
    """No such hash, a beginning of several, and what a database would take for a pattern."""
    with db.write() as s:
        for template in TEMPLATES.values():
            prompts.save(s, template)
        with pytest.raises(NotFound, match="prompt template"):
            prompts.find(s, sha256)
