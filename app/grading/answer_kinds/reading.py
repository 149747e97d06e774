"""From the text of an answer to the expressions in it: labels, approximations and conditions taken away."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import sympy

from app.grading.errors import AnswerRefused, AnswerUnreadable, GoldUnreadable
from app.maths import ParseError, parse

Side = Literal["gold", "answer"]

LABEL_CHARACTERS = 60
"""An unreadable left side up to this length (`P(X = 2)`, `\\mathcal{L}\\{f\\}`) is a name for the value."""

READ_TEXTS = 4096
"""Texts whose expressions are kept: a gold answer is read for its kind, and again with each answer to it."""

_LEAD = 20
"""Characters before a condition in which its `\\text{` or spacing command is looked for."""

UNEVALUATED = (sympy.Integral, sympy.Sum, sympy.Product, sympy.Limit, sympy.Derivative, sympy.Subs)

_APPROXIMATELY = re.compile(r"\\(?:approx|simeq|doteq|sim|cong)\b|≈|≃|≅|~=")
_ARROW = re.compile(r"\\(?:implies|Rightarrow|Longrightarrow|iff|Leftrightarrow|therefore)\b|⇒|⟹|=>|∴")
EQUALS = re.compile(r"(?<![<>!:=\\])=(?![=>])|:=|\\equiv\b|≡")
_NAME = re.compile(
    r"(?:\\(?:vec|hat|bar|overline|overrightarrow|nabla|Delta)\s*\{?\s*\\?[A-Za-z]+\s*\}?|\\(?:math\w+|operatorname|text|textbf|textit)\s*\{[^{}]*\}|\\?[A-Za-z]+)"
    r"(?:_\{[^{}]*\}|_\w|\^\{?(?:\\prime|\*)\}?|')*(?:\s*\\?(?:left)?\([^()]*\\?(?:right)?\))?"
)
_PRODUCT = re.compile(r"[a-z]{2}")
_CONSTANTS = frozenset({r"\pi", "π", "e", "i", r"\infty", "∞", "oo", "pi", r"\varphi", r"\mathrm{e}"})
_CONDITION = re.compile(
    r"(?<![\\A-Za-z])(?:where|for|with|when|whenever|if|provided|assuming|valid|as long as)(?![A-Za-z])"
)
_BEFORE_CONDITION = re.compile(r"(?:\\text(?:rm)?|\\mbox)\s?\{?\s?\Z|\\q?quad\Z|\\[,;: ]?\Z")
_REMARK = re.compile(
    r"(?:\\q?quad|\s)*(?:\\(?:text|textrm|mbox)\s?\{\s*\([^{}]*\)\s*\}|\s\([a-z]{3,}(?: [a-z]+)*\))\s*\Z"
)
_RESTATED = re.compile(
    r"\s*(?:\\text\s*\{)?\(\s*(?:(?:or|which is)\s+)?(?:because|since|as|equivalently|equivalent to"
    r"|that is|i\.?e\.?,?|approximately|approx\.?|about|or about|≈|\\approx|=)[^()]*\)\}?\s*\Z"
)
_ONLY = re.compile(
    r"(?<=[\w}\])])\s*(?:\\text\s*\{)?\s*\b(?:is|are)\s+the\s+(?:only\s+)?(?:real\s+)?(?:solution|answer|root|value)s?\b\s*\}?\s*\Z"
)
_SENTENCE = re.compile(r"\A\\text(?:rm)?\s*\{\s*[A-Z][^{}]*\b(?:is|are|equals|be)\s*:?\s*\}\s*(?=\S)")
_THOUSANDS = re.compile(r"(?<=\d),\\!(?=\d{3}(?!\d))")
_WOLFRAM = (
    (re.compile(r"(?<![A-Za-z])([CcK])\[(\d+)\]"), r"\1_\2 "),
    (re.compile(r"(?<![A-Za-z])([a-z])\[([a-z])\]\s*(?:->|==)"), r"\1(\2) ="),
    (re.compile(r"(?<![A-Za-z])O\[([a-z])\]\^(\d+)"), r"O(\1^\2)"),
)
"""Constants, solutions and remainders as the Wolfram language writes them."""
_NUMBER_IN_TEXT = re.compile(
    r"\\(?:text|textbf|mathbf|mathrm|mbox)\s?\{([^{}A-Za-z]*)\}|\\(?:text|mathrm)\s?\{([ie])\}"
)
_EQUALITY = re.compile(r"\s*Eq\((.*)\)\s*", re.S)
_CODE = re.compile(
    r"__|['\"][\w/ .]+['\"]|\\(?:input|include|write\d*|immediate|def|csname|openin|read|usepackage|href"
    r"|url)(?![a-z])|/etc/"
)
_COMMA = re.compile(",")
_RELATION = re.compile(r"[<>≤≥≠∈]|\\(?:lt|gt|le|ge|leq|geq|ne|neq|in|leqslant|geqslant|forall)\b|!=")
_SPACING = re.compile(
    r"\\q?quad\b|\\displaystyle\b|\\textstyle\b|\\limits\b|\\nonumber\b|\\hfill\b|~|\\[!;:>]"
    r"|(?<![\d\\])\\[, ]|(?<!\\)\\[, ](?!\d{3}(?!\d))"
)
_DISPLAY = re.compile(
    r"(?:\\left\s*\\?[{.]\s*)?\\begin\{(aligned|align\*?|gathered|gather\*?|split|eqnarray\*?|alignedat)\}(.*)\\end\{\1\}(?:\s*\\right\s*\.)?",
    re.S,
)
_SYSTEM = re.compile(r"\\begin\{cases\}(.*)\\end\{cases\}", re.S)
_NEW_LINE = re.compile(r"\s*,?\s*\\\\(?:\[[^\]]*\])?\s*")
_GOES_ON = re.compile(r"\\\\\s*&?\s*(?==|\\(?:approx|leq?|geq?|Rightarrow|implies|therefore)(?![a-z]))")
_PROSE = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{3,}(?:\s+[A-Za-z]{2,})+")
_MATHEMATICAL = re.compile(r"[\d\\^_=+*/<>√∫∑π∞∈∪|-]")
_OPENING, _CLOSING = "([{", ")]}"


@dataclass(frozen=True)
class Value:
    """The value that a text states: the expression, the text it was read from, and what else it is called.

    `claims` are the other sides that are neither a name nor a restated question (`\\frac{6}{4}` in
    `x = \\frac{6}{4} = \\frac{3}{2}`); a true statement has them equal to the value.
    """

    expr: sympy.Basic
    text: str
    claims: tuple[sympy.Basic, ...] = ()


def read(text: str, side: Side, functions: Collection[str] = ()) -> sympy.Basic:
    """The expression written in `text`; raises GoldUnreadable or AnswerUnreadable."""
    cleaned = tidy(text)
    try:
        return _parsed(cleaned, tuple(functions))
    except ParseError as error:
        why = f"{error.what}" + (f" ({error.hint})" if error.hint else "")
        if side == "gold":
            raise GoldUnreadable(f"the gold answer cannot be read: {why}") from error
        if error.fault == "limit":
            raise AnswerRefused("limit", f"the answer is larger than any right one: {why}") from error
        notation = error.fault == "unknown" and may_be_mathematics(cleaned)
        raise AnswerUnreadable(f"the answer cannot be read: {why}", notation=notation) from error


@lru_cache(maxsize=READ_TEXTS)
def _parsed(text: str, functions: tuple[str, ...]) -> sympy.Basic:
    return parse(text, functions=functions)


def value(text: str, side: Side, functions: Collection[str] = ()) -> Value:
    """The value that `text` states, without names before it, roundings after it, and conditions on it."""
    shown = without_conditions(_ARROW.split(tidy(text))[-1])
    parts = [part for part in split(shown, _APPROXIMATELY) if part]
    if len(parts) > 1 and is_name(split(parts[0], EQUALS)[-1]):
        parts = parts[1:]
    sides = [side_text for side_text in split(parts[0] if parts else shown, EQUALS) if side_text]
    if not sides:
        return Value(read(shown, side, functions), shown)
    last = sides[-1]
    expr = read(last, side, functions)
    return Value(expr, last, tuple(_claims(sides[:-1], functions)))


def _claims(sides: list[str], functions: Collection[str]) -> list[sympy.Basic]:
    claims: list[sympy.Basic] = []
    for text in sides:
        if is_name(text):
            continue
        try:
            expr = parse(text, functions=functions)
        except ParseError as error:
            if len(text) > LABEL_CHARACTERS:
                raise AnswerUnreadable(
                    f"a side of the equation cannot be read: {error.what}", notation=True
                ) from error
            continue
        if not expr.has(*UNEVALUATED):
            claims.append(expr)
    return claims


def is_name(text: str) -> bool:
    """Whether `text` is a name for a value: `x`, `y_p`, `f(x)`, `\\mathrm{Area}`."""
    shown = text.strip()
    return shown not in _CONSTANTS and not _PRODUCT.fullmatch(shown) and _NAME.fullmatch(shown) is not None


def tidy(text: str) -> str:
    """The text without spacing commands and the full stop at its end."""
    if "[" in text:
        for pattern, written in _WOLFRAM:
            text = pattern.sub(written, text)
    called = _EQUALITY.fullmatch(text)
    if called is not None and len(sides := split(called[1], _COMMA)) == 2:
        text = " = ".join(sides)
    text = _THOUSANDS.sub("{,}", text)
    text = _SENTENCE.sub("", _RESTATED.sub("", text)) or text
    text = _NUMBER_IN_TEXT.sub(r" \1\2 ", _SPACING.sub(" ", _one_line(text))).strip()
    while text.endswith((".", ";", ",", "\\")) and not text.endswith(".."):
        text = text[:-1].rstrip()
    return text


def _one_line(text: str) -> str:
    """The lines of a display or of a system one after the other; a line may go on with a relation."""
    if "\\\\" not in text and "&" not in text:
        return text
    display = _DISPLAY.fullmatch(text.strip())
    system = _SYSTEM.fullmatch(text.strip())
    if display is not None:
        text = display[2]
    elif (
        system is not None
        and "&" not in system[1]
        and all("=" in line for line in _NEW_LINE.split(system[1]))
    ):
        text = system[1]
    if "\\begin" in text:
        return text
    text = _last_of_a_derivation(text)
    return _NEW_LINE.sub(", ", _GOES_ON.sub(" ", text.strip().removesuffix("\\\\"))).replace("&", " ")


def _last_of_a_derivation(text: str) -> str:
    """The last line, where the lines are equations one after the other that only end in a value."""
    lines = [line for line in _NEW_LINE.split(text.strip().removesuffix("\\\\")) if line.strip()]
    if len(lines) < 2 or not all("=" in line for line in lines):
        return text
    sides = [split(line.replace("&", " "), EQUALS)[0] for line in lines]
    solved = [not side or is_name(side) for side in sides]
    return lines[-1] if solved[-1] and not all(solved) and sides[-1] else text


def without_conditions(text: str) -> str:
    """The text without `, x > 0`, `where C is a constant` and the like at its end."""
    cut = _CONDITION.search(text, text.rfind("\\end{") + 1)
    if cut is not None:
        before = text[: cut.start()].rstrip()
        while (lead := _BEFORE_CONDITION.search(before[-_LEAD:])) is not None or before.endswith(
            (",", "(", ";")
        ):
            before = before[: -len(lead.group()) if lead else -1].rstrip()
        text = before or text
    parts = split(text, re.compile(r","))
    if len(parts) > 1 and all(_RELATION.search(part) for part in parts[1:]):
        text = parts[0]
    text = _ONLY.sub("", _REMARK.sub("", text)) or text
    aside = re.search(r"(?<=[\s,;}])\\?\(([^()]*)\\?\)\s*\Z", text)
    if aside is not None and aside.start() > 0 and _RELATION.search(aside.group(1)):
        text = text[: aside.start()]
    return text.strip()


def split(text: str, separator: re.Pattern[str]) -> list[str]:
    """The parts of `text` between separators that stand outside all brackets."""
    if separator.search(text) is None:
        return [text.strip()]
    parts: list[str] = []
    depth = start = place = 0
    while place < len(text):
        found = separator.match(text, place) if depth == 0 else None
        if found is not None and found.end() > place:
            parts.append(text[start:place])
            start = place = found.end()
            continue
        if text.startswith(("\\begin", "\\end"), place):
            depth += 1 if text.startswith("\\begin", place) else -1
            place += 4
        elif text[place] == "\\" and text[place + 1 : place + 2].isalpha():
            place += 1
        else:
            depth += (text[place] in _OPENING) - (text[place] in _CLOSING)
            place += 1
        depth = max(depth, 0)
    return [part.strip() for part in [*parts, text[start:]]]


def may_be_mathematics(text: str) -> bool:
    """Whether an unreadable answer looks like mathematics in a notation that we may lack.

    It does when its brackets balance, it has a sign of mathematics, and it has no run of ordinary words.
    """
    visible = re.sub(r"\\(?:text|mathrm|operatorname)\s*\{[^{}]*\}", " ", text)
    balanced = all(text.count(a) == text.count(b) for a, b in ("()", "[]", "{}")) or "\\left" in text
    braces = text.replace("\\{", "").replace("\\}", "")
    closed = braces.count("{") == braces.count("}")
    strange = _PROSE.search(visible) or _CODE.search(visible)
    return bool(closed and balanced and _MATHEMATICAL.search(visible) and not strange)
