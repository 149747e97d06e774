"""A statement taken apart: its prose, in which numbered marks stand where its formulas stood."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.problems.audit.errors import Unreadable

MARK: Final = r"⟦\d+⟧"
"""What stands in the prose for a formula: `⟦3⟧` is the fourth."""
LONGEST: Final = 6_000
"""Characters of a statement beyond which it is no single question."""

_DISPLAYS: Final = re.compile(
    r"\$\$(?P<double>.+?)\$\$"
    r"|\\\[(?P<square>.+?)\\\]"
    r"|\\begin\{(?P<name>equation|align|gather|multline|eqnarray|displaymath|flalign)\*?\}(?P<body>.+?)\\end\{(?P=name)\*?\}"
    r"|\\\((?P<round>.+?)\\\)"
    r"|(?<!\\)\$(?P<single>[^$]+?)(?<!\\)\$",
    re.S,
)
_TEXT: Final = re.compile(r"\\(?:text|textrm|mbox|textnormal|quad\s*\\text)\s*\{([^{}$]*)\}")
_WORDS: Final = re.compile(r"[A-Za-z]{2,}|\s[a-z]\s|,|;")
_LABEL: Final = re.compile(
    r"\A\s*(?:[A-Z](?:_\{?\w+\}?)?(?:\(\w\))?)\s*=\s*(?=\\(?:displaystyle\s*)?(?:i?i?int|lim|sum|prod)\b)"
)
_OPEN_END: Final = re.compile(r"(?:\\[,;:! ]|\\q?quad|\s|[.,;:]|=\s*\?*|\\\\|\\dots|\?)+\Z")
_LAYOUT: Final = re.compile(
    r"\\(?:displaystyle|textstyle|limits|nolimits|notag|nonumber)(?![A-Za-z])|\\label\{[^{}]*\}"
)
_POSITIVE_REALS: Final = re.compile(
    r"\\in\s*\\mathbb\s*(?:\{R\}|R)\s*(?:_\s*(?:\{\s*>\s*0\s*\}|\{\s*\+\s*\}|\+)|\^\s*(?:\{\s*\+\s*\}|\+))"
)
_LINE: Final = re.compile(r"\\\\(?:\[[^\]]*\])?")
_BARE_START: Final = re.compile(
    r"\A(?P<prose>[A-Za-z][A-Za-z\s'-]*[:.]?)\s*(?P<formula>(?:\\displaystyle\s*)?\\(?:int|lim|sum|prod)(?![A-Za-z]).*?)"
    r"(?P<rest>[.,;]?\s+(?:[A-Z][a-z]+|where|with|for|assuming|given)\b[^\\$^_{}]*)?[.\s]*\Z",
    re.S,
)
_BARE_NAME: Final = re.compile(
    r"(?<![\w\\'’.-])(?P<name>[b-hj-z](?:\([a-z]\))?(?:\s*=\s*-?\d+(?:\.\d+)?(?![\w.]))?)(?![\w'’(-]|\.[a-z])"
)
_DELIMITER: Final = re.compile(r"\$|\\[(\[]|\\begin")
_STRAY: Final = re.compile(r"\\[A-Za-z]+|[\^_{}$\\]")


@dataclass(frozen=True)
class Segments:
    """`prose` with a mark for each of `formulas`, which are LaTeX without delimiters."""

    prose: str
    formulas: tuple[str, ...]

    def formula(self, mark: str) -> str:
        """The formula that a mark stands for."""
        return self.formulas[int(mark[1:-1])]


def split(statement: str) -> Segments:
    """The prose and formulas of a statement; Unreadable where a formula is not closed."""
    if len(statement) > LONGEST:
        raise Unreadable(
            "length", f"the statement has {len(statement)} characters, more than one question needs"
        )
    formulas: list[str] = []

    def mark(latex: str) -> str:
        latex = _OPEN_END.sub("", _LABEL.sub("", latex)).strip()
        if not latex:
            return " "
        formulas.append(latex)
        return f" ⟦{len(formulas) - 1}⟧ "

    bare = _BARE_START.match(statement) if _DELIMITER.search(statement) is None else None
    text = f"{bare['prose']} ${bare['formula']}$ {bare['rest'] or ''}" if bare else statement
    text = re.sub(r"\\(?:noindent|par|newline|medskip|bigskip|smallskip)(?![A-Za-z])", " ", text)
    prose = _DISPLAYS.sub(lambda found: "".join(_pieces(_content(found), mark)), text)
    stray = _STRAY.search(prose.replace("\\\\", " "))
    if stray is not None:
        raise Unreadable("malformed", f"{stray[0]!r} stands outside any formula, or a formula is not closed")
    prose = prose.replace("\\\\", " ").replace("*", " ").replace("’", "'")
    prose = _BARE_NAME.sub(lambda found: mark(found["name"]), prose)
    return Segments(" ".join(prose.split()), tuple(formulas))


def _content(found: re.Match[str]) -> str:
    return next(value for name, value in found.groupdict().items() if value is not None and name != "name")


def _pieces(latex: str, mark: object) -> Iterable[str]:
    """The formulas of one display, and the words inside it, in order."""
    latex = _POSITIVE_REALS.sub("> 0", _LAYOUT.sub(" ", latex))
    if "\\begin{" not in latex:
        latex = latex.replace("&", " ")
        latex = _LINE.sub(r" \\text{,} ", latex)
    parts = _TEXT.split(latex)
    for index, part in enumerate(parts):
        if index % 2:
            yield f" {part} "
        else:
            yield mark(part)  # type: ignore[operator]
