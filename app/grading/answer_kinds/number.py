"""Numbers: exact where the gold is exact, to the gold's own digits where the gold is a decimal.

A decimal answer to an exact gold is right only when it is exactly that number (0.25 for 1/4); a rounded
one (0.333 for 1/3, 3.14159 for π) is not the number asked for. To a decimal gold, an exact answer is right
when it rounds to the gold, and so is a decimal with as many digits or more; but a gold of fewer than
`ROUNDED_DIGITS` significant digits (0.5, 2.5) is taken for exact when the answer is a decimal or a fraction
that could have been written exactly, since such golds are hardly ever roundings. Units are not compared;
`50\\%` and `60^\\circ` are right both for the number before the sign and for the value (1/2, π/3).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import sympy
from flint import arb, ctx, fmpq

from app.grading.answer_kinds import reading, restatement
from app.grading.answer_kinds.base import Question, Ruling, compare_scalars, is_scalar, ruling, steps
from app.grading.errors import AnswerRefused, Undecidable
from app.grading.verdict import Step
from app.maths import EnclosureError, enclose

ROUNDED_DIGITS = 3

PRECISION = 256

_DECIMAL = re.compile(
    r"([+-]?)(\d*)\.(\d+)\s*(?:(?:\\times|\\cdot|×|\*)\s*10\s*\^\s*(?:\{\s*([+-]?\d+)\s*\}|(\d))|[eE]([+-]?\d+))?"
)
_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,3})((?:(?:,|\{,\}|\\,|\\ |[  ]|,\\!)\d{3})+)(?![\d,])")
_MIXED = re.compile(r"([+-]?)\s*(\d+)\s*\\[dt]?frac\s*(?:\{(\d+)\}|(\d))\s*(?:\{(\d+)\}|(\d))")
_MONEY = re.compile(r"\A(?:\\?\$|€|£|¥)\s*(?=[\d.])")
_UNIT = re.compile(
    r"(?<=[\d\s})])(?:\s*(?:\\,|\\ |~))*\s*"
    r"(?:\\(?:text|mathrm|mbox|textrm|rm)\s*\{\s*[^{}\d]*\}|(?<=\s)[A-Za-z]{2,}(?:\s+[a-z]+){0,3})"
    r"(?:\s*\^\s*\{?\d\}?)?\s*\Z"
)
_SCALES = {
    "/100": re.compile(r"\s*(?:\\%|%)\Z"),
    r"\cdot\frac{\pi}{180}": re.compile(r"\s*(?:°|\^\s*\{?\s*\\circ\s*\}?|\\degree)\Z"),
}
_DOTS = re.compile(r"(\d*\.\d+)\s*(?:\\(?:ldots|dots|cdots)|\.\.\.|…)\Z")


@dataclass(frozen=True)
class Decimal:
    """A decimal: its exact value, half a unit of its last digit, and the number of its significant digits."""

    value: sympy.Rational
    half_unit: sympy.Rational
    significant: int


def rule(question: Question) -> Ruling:
    """Compares two numbers, or a number with a closed form."""
    golds, answers = readings(question.gold), readings(question.answer)
    if len(golds) == len(answers):
        golds, answers = golds[:1], answers[:1]
    rulings = [_compare(gold, answer, question) for gold in golds for answer in answers]
    return next((ruling for ruling in rulings if ruling.correct), rulings[0])


def _compare(gold_text: str, answer_text: str, question: Question) -> Ruling:
    gold = reading.value(gold_text, "gold")
    answer = reading.value(answer_text, "answer")
    target, given = single(gold.expr), single(answer.expr)
    if not is_scalar(given):
        compare_scalars(target, given, question.assumptions)  # refuses, and says what it is instead
    consistent(answer, question)
    restatement.check(question.task, target, given)
    written = decimal(gold.text)
    if written is not None:
        return _to_digits(written, given, decimal(answer.text))
    comparison = compare_scalars(target, given, question.assumptions)
    rounded = decimal(answer.text)
    if comparison.verdict == "different" and rounded is not None and _rounds_to(rounded, target):
        why = "The answer is a rounded decimal, and the exact value is asked for."
        return Ruling(False, "rounded", why, steps(comparison))
    return ruling(comparison)


def consistent(
    answer: reading.Value, question: Question, modulo_constant: sympy.Symbol | None = None
) -> None:
    """Refuses an equation between different values, such as `x^2 = 3` or `2 = 3`."""
    for claim in answer.claims:
        comparison = is_scalar(claim) and compare_scalars(
            answer.expr, claim, question.assumptions, modulo_constant
        )
        if not comparison or comparison.verdict != "equal":
            raise AnswerRefused("form", "the answer is an equation whose sides differ, not a value")


def single(expr: sympy.Basic) -> sympy.Basic:
    """The one element of a set of one; anything else as it is."""
    if isinstance(expr, sympy.FiniteSet) and len(expr) == 1:
        return expr.args[0]
    return expr


def readings(text: str) -> list[str]:
    """The number that `text` writes; before a sign of per cent or degrees also the value with the sign."""
    shown = plain(text)
    for factor, sign in _SCALES.items():
        found = sign.search(shown)
        if found is not None and found.start() > 0:
            number = shown[: found.start()]
            return [number, f"({number}){factor}"]
    return [shown]


def is_written_out(text: str) -> bool:
    """Whether a text is digits alone once currency, unit and thousands separators are taken away."""
    return re.fullmatch(r"[+-]?\d+(?:\.\d+)?", plain(text)) is not None


def plain(text: str) -> str:
    """The text without currency and unit, thousands separators and mixed fractions spelt out."""
    text = reading.tidy(text)
    text = _MONEY.sub("", text)
    text = _DOTS.sub(r"\1", _UNIT.sub("", text) or text)
    text = _THOUSANDS.sub(lambda number: number.group(1) + re.sub(r"\D", "", number.group(2)), text)
    mixed = _MIXED.fullmatch(text.strip())
    if mixed is not None:
        sign, whole, top, top1, bottom, bottom1 = mixed.groups()
        return f"{sign}({whole}+\\frac{{{top or top1}}}{{{bottom or bottom1}}})"
    return text.strip()


def decimal(text: str) -> Decimal | None:
    """The decimal that `text` is, or None when it is written in any other way."""
    found = _DECIMAL.fullmatch(text.strip())
    if found is None or len(text) > 400:
        return None
    sign, whole, places, *exponents = found.groups()
    exponent = int(next((e for e in exponents if e), "0"))
    if abs(exponent) > 400:
        return None
    digits = int((whole or "0") + places)
    unit = sympy.Rational(10) ** (exponent - len(places))
    value = unit * digits * (-1 if sign == "-" else 1)
    return Decimal(value, unit / 2, len(str(digits)))


def _to_digits(gold: Decimal, given: sympy.Basic, answer: Decimal | None) -> Ruling:
    if given == gold.value:
        return Ruling(True, "exact", "The answer is exactly the gold decimal.")
    digits = f"to {gold.significant} significant digits"
    terminating = bool(given.is_Rational) and set(sympy.primefactors(given.q)) <= {2, 5}
    if answer is not None and answer.half_unit > gold.half_unit:
        return Ruling(
            False, "decimal", "The answer has fewer digits than the gold decimal and another value."
        )
    if terminating and gold.significant < ROUNDED_DIGITS:
        return Ruling(False, "decimal", "The answer is another decimal than the gold decimal.")
    if _within(given, gold):
        return Ruling(True, "decimal", f"The answer agrees with the gold decimal {digits}.")
    note = Step(stage="decimal", note=f"the distance exceeds half a unit of the last digit ({digits})")
    return Ruling(False, "decimal", f"The answer does not agree with the gold decimal {digits}.", (note,))


def _within(given: sympy.Basic, gold: Decimal) -> bool:
    """Whether a number lies within half a unit of the gold's last digit, for certain."""
    if given.is_Rational:
        return bool(abs(given - gold.value) <= gold.half_unit)
    try:
        with ctx.workprec(PRECISION):
            ball = enclose(given - gold.value, {}, PRECISION)
            distance = abs(ball)
            bound = arb(fmpq(int(gold.half_unit.p), int(gold.half_unit.q)))
            if distance <= bound:
                return True
            if distance > bound:
                return False
    except EnclosureError as error:
        raise Undecidable(f"the answer has no certain value: {error}") from error
    raise Undecidable("the answer is too close to the edge of the gold's last digit")


def _rounds_to(rounded: Decimal, exact: sympy.Basic) -> bool:
    try:
        return _within(exact, rounded)
    except Undecidable:
        return False
