"""Limits: no text, however hostile, raises anything but ParseError or computes a vast number."""

import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.maths import DEFAULT_LIMITS, ParseError, parse
from app.maths.limits import Limits

HOSTILE = [
    "9**9**9",
    "9^{9^{9^{9}}}",
    r"10^{10^{10}}",
    r"(\sqrt{2})^{10^{9}}",
    r"(2x)^{10^{9}}",
    r"e^{e^{e^{100}}}",
    "100000!",
    "5!!!!!!",
    "((((9!)!)!)!)!",
    r"\Gamma(10^{9})",
    r"\binom{10^{9}}{10^{8}}",
    r"P_{5000}(x)",
    r"H_{10^6}(x)",
    r"\zeta(-100001)",
    "1e999999999",
    r"\int_0^1e999999999 x dx",
    "9" * 5_000,
    "*".join(["9" * 900] * 9),
    "fibonacci(10**8)",
    "gamma(1000, e)",
    "exp(10**99)",
    r"e^{\sinh(100000)}",
    r"\sqrt{subfactorial(1000)}",
    r"|\sqrt{(y!)^{99999}}|",
    r"\infty \cdot \Pi(1000 | 2)",
    r"|\int_0^1 \int_0^x \int_0^y e^{xyz} dz dy dx|",
    "rf(x, 10**6)",
    r"\begin{pmatrix}1&2\\3&4\end{pmatrix}^{10^{6}}",
    "(" * 5_000 + "x" + ")" * 5_000,
    "{" * 3_000 + "x" + "}" * 3_000,
    "-" * 5_000 + "x",
    "x^" * 3_000 + "x",
    r"\sqrt" * 3_000 + "x",
    r"\sin" * 3_000 + " x",
    "|" * 4_001,
    r"\frac{1}{" * 300 + "x" + "}" * 300,
    "x" * 100_000,
    "__import__('os').system('true')",
    "().__class__.__bases__",
    "lambda: 1",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:24])
def test_a_hostile_text_is_refused_by_a_parse_error(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text)
    assert str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "2^{1000}",
        "1000!",
        "10^{100}",
        "e^{1000000}",
        r"x^{2024}",
        "1/3^{500}",
        r"x^{\Gamma(1/3)}",
        r"e^{\gamma\zeta(3)}",
        r"e^{\pi\sqrt{163}}",
        r"e^{\int_0^1 e^{-u^2} du}",
        r"e^{W(1)/2}",
        r"\sinh^{2}\left(\frac{\sqrt{5}}{2}\right)",
        r"x^{\ln 10^{6}}",
    ],
)
def test_large_numbers_that_answers_do_have_are_read(text: str) -> None:
    assert parse(text).is_number or text.startswith("x")


def test_a_long_honest_sum_is_read() -> None:
    text = "+".join(rf"\frac{{x^{{{n}}}}}{{{n}}}" for n in range(1, 400))
    assert len(parse(text).args) == 399


def test_a_limit_can_be_lowered() -> None:
    assert parse("((x))", limits=Limits(depth=10)) == parse("x")
    with pytest.raises(ParseError, match="nested"):
        parse("((((((x))))))", limits=Limits(depth=5))
    assert DEFAULT_LIMITS.depth > 100


def test_an_error_shows_the_place_and_what_to_do_and_travels_between_processes() -> None:
    with pytest.raises(ParseError) as caught:
        parse(r"x + \foo y")
    error = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes
    shown = str(error).splitlines()
    assert error.where == 4
    assert shown[1].index("\\") == shown[2].index("^")
    assert shown[-1].startswith("hint: ")


_PIECES = [
    "x",
    "y",
    "n",
    "a",
    "e",
    "i",
    "d",
    "dx",
    "C",
    "1",
    "2",
    "12",
    "0.5",
    "99",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "\\{",
    "\\}",
    "|",
    "||",
    "\\left",
    "\\right",
    "\\left(",
    "\\right)",
    "\\left|",
    "\\right|",
    "\\left.",
    "\\right.",
    "\\middle|",
    "+",
    "-",
    "*",
    "/",
    "^",
    "**",
    "_",
    "!",
    "'",
    ",",
    ";",
    "=",
    "<",
    "\\ne",
    "\\in",
    "\\cup",
    "\\setminus",
    "\\pm",
    "\\frac",
    "\\sqrt",
    "\\int",
    "\\sum",
    "\\prod",
    "\\lim",
    "\\to",
    "\\infty",
    "\\pi",
    "&",
    "\\\\",
    "\\begin{pmatrix}",
    "\\end{pmatrix}",
    "\\begin{cases}",
    "\\end{cases}",
    "\\text{if}",
    "\\operatorname",
    "\\over",
    "\\choose",
    "\\binom",
    "\\circ",
    "\\%",
    "\\Gamma",
    "\\psi",
    "\\zeta",
    "J_0",
    "H_n",
    "P_n^{(a,b)}",
    "{}_2F_1",
    "K",
    "B",
    "O",
    "\\ln",
    "\\sin",
    "\\log_",
    "\\max",
    "Integral(",
    "diff(",
    "Piecewise(",
    "hyper(",
    "Matrix(",
    "²",
    "√",
    "∞",
    "\\mathbb{R}",
    "\\land",
    "or",
    "\\partial",
    "\\frac{d}{dx}",
    "\\frac{dy}{dx}",
    "\\dot",
    "y(x)",
    "y'",
    "\\overline",
    "true",
    "nan",
    "\\lfloor",
    "\\rfloor",
    "C1",
    "1,000",
    "1e5",
    "Max(",
    "#",
    "ж",
]


def _refusal(text: str) -> ParseError | None:
    """Why the text is not read, or None when it is; any other exception passes through and fails the test."""
    try:
        parse(text)
    except ParseError as error:
        return error
    return None


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=24))
def test_token_soup_is_read_or_refused_by_a_parse_error(pieces: list[str]) -> None:
    shown = _refusal(" ".join(pieces))
    assert shown is None or str(shown)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_by_a_parse_error(text: str) -> None:
    refusal = _refusal(text)
    assert refusal is None or 0 <= refusal.where <= len(text)
