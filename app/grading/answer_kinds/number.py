"""Numbers: exact where the gold is exact, to the gold's own digits where the gold is a decimal.

A decimal answer to an exact gold is right only when it is exactly that number (0.25 for 1/4); a rounded one
(0.333 for 1/3, 3.14159 for π) is not the number asked for, unless the answer says which exact number it
rounds. To a decimal gold, an exact answer is right when it rounds to the gold, and so is a decimal with as
many digits or more; but a gold of fewer than `ROUNDED_DIGITS` significant digits (0.5, 2.5) is taken for
exact when the answer is a decimal or a fraction that could have been written exactly, since such golds are
hardly ever roundings. A unit may be left out or converted, but not exchanged; `50\\%` and `60^\\circ` are
right both for the number before the sign and for the value (1/2, π/3).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

import sympy
from flint import arb, ctx, fmpq

from app.grading.answer_kinds import quantity, reading, restatement
from app.grading.answer_kinds.base import Question, Ruling, compare_scalars, is_scalar, ruling, steps
from app.grading.answer_kinds.quantity import Quantity
from app.grading.errors import AnswerRefused, GradingError, Undecidable
from app.grading.verdict import Step
from app.maths import EnclosureError, enclose

ROUNDED_DIGITS = 3

PRECISION = 256

_DECIMAL = re.compile(
    r"([+-]?)(\d*)\.(\d+)\s*(?:(?:\\times|\\cdot|×|\*)\s*10\s*\^\s*(?:\{\s*([+-]?\d+)\s*\}|([+-]?\d+))|[eE]([+-]?\d+))?"
)
_THOUSANDS = re.compile(r"(?<=\d)(?:,|\{,\}|\\,|\\ |[   ]|,\\!)(?=\d{3}(?!\d))")
_DECIMAL_COMMA = re.compile(r"([+-]?\d{1,3}(?:\.\d{3})+|[+-]?\d+)(?:,|\{,\})(\d+)")
_BASE = re.compile(r"\(?([0-9A-F]+)\)?\s*_\s*(?:\{[^{}]*(?:\{[^{}]*\})?\}|\d+)")
_DIGITS = re.compile(r"[0-9A-Fa-f]+")
_WRITTEN_OUT = re.compile(r"[+-]?\d+(?:\.\d+)?|\(\d[\d.*/+]*\)|\(\d+\)/\(\d+\)|\d+/\d+")
_DOTS = re.compile(r"(\d*\.\d+)\s*(?:\\(?:ldots|dots|cdots)|\.\.\.|…)\Z")


@dataclass(frozen=True)
class Decimal:
    """A decimal: its exact value, half a unit of its last digit, and the number of its significant digits."""

    value: sympy.Rational
    half_unit: sympy.Rational
    significant: int


def rule(question: Question) -> Ruling:
    """Compares two numbers, or a number with a closed form, and the units they have."""
    gold, answer = quantity.read(question.gold), quantity.read(question.answer)
    wanted, given = quantity.clock(question.gold), quantity.clock(question.answer)
    if wanted is not None and given is not None and (wanted[1] or given[1]):
        return _same_time(wanted, given)
    terms = quantity.ratio_parts(question.gold)
    if terms:
        return _proportional(terms, quantity.ratio_parts(question.answer), question)
    based = _in_its_base(gold.number, answer.number)
    if based is not None:
        return based
    factor = Fraction(1)
    if gold.unit is not None and answer.unit is not None:
        ratio = answer.unit.ratio(gold.unit)
        if ratio is None:
            return Ruling(False, "unit", "The answer has another unit than the gold answer.")
        factor = ratio
    golds, answers = readings(gold), readings(answer)
    if gold.radians or answer.radians:
        golds, answers = golds[-1:], answers[-1:]
    elif len(golds) == len(answers):
        golds, answers = golds[:1], answers[:1]
    rulings = [_compare(left, right, question, factor) for left in golds for right in answers]
    return next((ruling for ruling in rulings if ruling.correct), rulings[0])


def _same_time(gold: tuple[int, bool], answer: tuple[int, bool]) -> Ruling:
    """Compares times of day; without a half of the day, either will do."""
    day = 86400 if gold[1] and answer[1] else 43200
    same = (gold[0] - answer[0]) % day == 0
    return Ruling(same, "time", f"The answer is {'the same' if same else 'another'} time of day.")


def _proportional(gold: list[str], answer: list[str], question: Question) -> Ruling:
    """Compares ratios of several terms."""
    if len(gold) != len(answer):
        return Ruling(False, "ratio", f"The answer is not a ratio of {len(gold)} terms.")
    first, *rest = zip(gold, answer, strict=True)
    for left, right in rest:
        part = _compare(f"({left})/({first[0]})", f"({right})/({first[1]})", question)
        if not part.correct:
            return part
    return Ruling(True, "ratio", "The answer is the same ratio.")


def _compare(gold_text: str, answer_text: str, question: Question, factor: Fraction = Fraction(1)) -> Ruling:
    gold, answer = _single_value(gold_text, "gold"), _single_value(answer_text, "answer")
    target, given = single(gold.expr), single(answer.expr)
    if not is_scalar(given):
        compare_scalars(target, given, question.assumptions)  # refuses, and says what it is instead
    rounded = decimal(answer.text)
    exact = _rounded_claim(answer, rounded)
    if exact is not None:
        given, rounded = exact, None
    else:
        consistent(answer, question)
    given = given * sympy.Rational(factor.numerator, factor.denominator)
    restatement.check(question.task, target, given)
    written = decimal(gold.text)
    if written is not None:
        return _to_digits(written, given, rounded)
    comparison = compare_scalars(target, given, question.assumptions)
    if comparison.verdict == "different" and rounded is not None and _rounds_to(rounded, target):
        why = "The answer is a rounded decimal, and the exact value is asked for."
        return Ruling(False, "rounded", why, steps(comparison))
    return ruling(comparison)


def _single_value(text: str, side: reading.Side) -> reading.Value:
    """The value of a text; digits that only a decimal comma makes one number are read with it."""
    comma = _DECIMAL_COMMA.fullmatch(text.strip())
    if comma is not None and not _THOUSANDS.search(text):
        return reading.value(f"{comma[1].replace('.', '')}.{comma[2]}", side)
    return reading.value(text, side)


def _in_its_base(gold: str, answer: str) -> Ruling | None:
    """Where the gold has a base and the answer has digits without one, these digits decide."""
    written, given = _BASE.fullmatch(gold.strip()), _DIGITS.fullmatch(answer.strip())
    if written is None or given is None:
        return None
    same = written[1].lstrip("0").upper() == given.group().lstrip("0").upper()
    return Ruling(
        same,
        "digits",
        f"The answer has {'the' if same else 'other'} digits {'of' if same else 'than'} the gold.",
    )


def _rounded_claim(answer: reading.Value, rounded: Decimal | None) -> sympy.Basic | None:
    """The exact value in `\\frac13 = 0.333`, which the decimal at the end rounds."""
    if rounded is None or not answer.claims:
        return None
    exact = answer.claims[-1]
    return exact if is_scalar(exact) and not exact.free_symbols and _rounds_to(rounded, exact) else None


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
    """The one element of a set or tuple of one; anything else as it is."""
    if isinstance(expr, (sympy.FiniteSet, sympy.Tuple)) and len(expr) == 1:
        return expr.args[0]
    return expr


def readings(number: Quantity) -> list[str]:
    """The number that is written; before a sign of per cent or degrees also the value with the sign."""
    shown = _DOTS.sub(r"\1", number.number)
    return [shown, f"({shown}){number.scale}"] if number.scale else [shown]


def is_written_out(text: str) -> bool:
    """Whether a text is a time, a ratio, or digits once currency, unit and separators are taken away."""
    if quantity.clock(text) is not None or quantity.ratio_parts(text):
        return True
    return _WRITTEN_OUT.fullmatch(_THOUSANDS.sub("", quantity.read(text).number)) is not None


def decimal(text: str) -> Decimal | None:
    """The decimal that `text` is, or None when it is written in any other way."""
    found = _DECIMAL.fullmatch(_THOUSANDS.sub("", text.strip())) if len(text) <= 400 else None
    if found is None:
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
    except GradingError:
        return False
