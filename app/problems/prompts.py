"""Prompt templates: the text that puts a statement to a language model, versioned and content-hashed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Final

from app.problems.errors import TemplateError

LONGEST_TEMPLATE: Final = 20_000
"""Characters of a template."""
LONGEST_NAME: Final = 100

CONDITIONS = "Assume that {relations}."

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)
_PLACEHOLDER = re.compile(r"\{(statement|conditions)\}")
_UNKNOWN = re.compile(r"(?<![\w\\}\]^])\{(?!(?:statement|conditions)\})[A-Za-z_]\w*\}|\{\{[^{}]*\}\}")
"""What is written like a placeholder and is none; `\\boxed{answer}` and `x^{n}` are TeX."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class PromptTemplate:
    """A text with the placeholder `{statement}`, and `{conditions}` for assumptions that it does not say.

    Conditions stand in a paragraph of their own, which is left out where there are none; without a place
    of their own they follow the statement. Raises TemplateError for a text that cannot be used.
    """

    name: str
    version: str
    text: str

    def __post_init__(self) -> None:
        """Refuse what would put something else to the model than the author of the template meant."""
        if not _NAME.fullmatch(self.name) or len(self.name) > LONGEST_NAME:
            raise TemplateError(
                f"{self.name!r} is no name of a template: letters, digits, '.', '_' and '-', at most "
                f"{LONGEST_NAME} of them."
            )
        if fault := _fault(self.text):
            raise TemplateError(f"The prompt template {self.name} {fault}")

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the text in UTF-8, in hexadecimal, as `sha256sum` says it of the file."""
        return sha256(self.text.encode()).hexdigest()

    def render(self, statement: str, assumptions: tuple[str, ...] = ()) -> str:
        """The prompt for a statement (markdown with `$…$`); no brace in the statement is ever replaced.

        Assumptions are added only where the statement does not carry them itself.
        """
        unsaid = [relation for relation in assumptions if relation not in statement]
        relations = ", ".join(f"${relation}$" for relation in unsaid)
        values = {
            "statement": statement.strip(),
            "conditions": CONDITIONS.format(relations=relations) if unsaid else "",
        }
        text = self.text.strip()
        if "{conditions}" not in text:
            text = text.replace("{statement}", "{statement}\n\n{conditions}", 1)
        if not unsaid:
            before, _, after = text.partition("{conditions}")
            text = (before.rstrip() + after).strip()
        return _PLACEHOLDER.sub(lambda found: values[found[1]], text)


def _fault(text: str) -> str | None:
    if len(text) > LONGEST_TEMPLATE:
        return f"has {len(text):,} characters; at most {LONGEST_TEMPLATE:,} are allowed."
    if found := _CONTROL.search(text):
        return f"holds the control character {found[0]!r}; remove it."
    if found := _UNKNOWN.search(text):
        return f"holds {found[0]}, which is no placeholder; there are {{statement}} and {{conditions}}."
    if "{statement}" not in text:
        return "must hold the placeholder {statement}: there the problem is put."
    if text.count("{conditions}") > 1:
        return "may hold the placeholder {conditions} only once."
    return None


_ENDING = (
    "End with one final answer, written as a single LaTeX expression inside \\boxed{}.\n\n"
    "{statement}\n\n{conditions}"
)

EXACT: Final = PromptTemplate(
    "exact",
    "1",
    "Solve the following problem. Work it out by hand, without running code. "
    "Give exact values, not decimal approximations. " + _ENDING,
)
"""The default."""

TEMPLATES: Final[Mapping[str, PromptTemplate]] = {
    template.name: template
    for template in (
        EXACT,
        PromptTemplate("plain", "1", "{statement}\n\n{conditions}"),
        PromptTemplate(
            "steps",
            "1",
            "Solve the following problem. Think step by step: say what is asked, choose a method, carry it "
            "out one step at a time, and check the result. Give exact values, not decimal approximations. "
            + _ENDING,
        ),
        PromptTemplate(
            "tools",
            "1",
            "Solve the following problem. You may call the tools that you are given, as often as you need "
            "them. Give exact values, not decimal approximations. " + _ENDING,
        ),
        PromptTemplate(
            "programming",
            "1",
            "Answer the following problem with a function in Python. Use integers, fractions and the math "
            "module only. End with the whole function, and nothing else, in one block that begins with "
            "```python.\n\n"
            "{statement}\n\n{conditions}",
        ),
    )
}
"""The templates that come with Plumbline, by name; a text that changes gets a new version."""


def find_template(name: str) -> PromptTemplate:
    """The built-in template of this name; raises TemplateError, which lists them."""
    if name not in TEMPLATES:
        raise TemplateError(
            f"There is no prompt template {name!r}. Built in are: {', '.join(TEMPLATES)}. "
            "Your own is read from a file: give its path, such as ./my-prompt.txt."
        )
    return TEMPLATES[name]


def read_template(text: str, name: str) -> PromptTemplate:
    """A user's own template, from the text of a file; its version is the beginning of its hash."""
    return PromptTemplate(name, sha256(text.encode("utf-8", "replace")).hexdigest()[:12], text)
