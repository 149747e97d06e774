"""Tokens: every spelling of a sign becomes one operator, and each token remembers where it stood."""

import pytest

from app.maths.errors import ParseError
from app.maths.limits import DEFAULT_LIMITS, Limits
from app.maths.tokens import is_algebra_text, tokenise


def _texts(text: str) -> list[str]:
    return [token.text for token in tokenise(text, DEFAULT_LIMITS)[:-1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x**2", ["x", "^", "2"]),
        ("x²", ["x", "^", "{", "2", "}"]),
        ("x⁻¹", ["x", "^", "{", "-", "1", "}"]),
        ("3×4", ["3", "*", "4"]),
        (r"3 \cdot 4", ["3", "*", "4"]),
        ("５＋３", ["5", "+", "3"]),
        ("a ≤ b", ["a", "<=", "b"]),
        (r"a \leqslant b", ["a", "<=", "b"]),
        (r"\left(x\right)", ["(", "x", ")"]),
        (r"\left|x\right|", ["abs(", "x", "abs)"]),
        (r"\displaystyle\,x\;\quad y", ["x", "y"]),
        ("1,000", ["1000"]),
        ("(1,000)", ["(", "1000", ")"]),
        ("1 000 000", ["1000000"]),
        ("101_2", ["5"]),
        ("1A_{16}", ["26"]),
        ("(77)_8", ["63"]),
        ("(1/2)_3", ["(", "1", "/", "2", ")", "_", "3"]),
        (r"0.1\dot{6}", ["0.1(6)"]),
        ("0.(142857)", ["0.(142857)"]),
        ("Sin[x]^2", ["sin", "(", "x", ")", "^", "2"]),
        ("x ≡ 3 (mod 7)", ["x", "=", "3", "pmod(", "7", ")"]),
        ("(1, 2)", ["(", "1", ",", "2", ")"]),
        (r"1{,}000{,}000", ["1000000"]),
        (r"12\,345", ["12345"]),
        ("0.25", ["0.25"]),
        ("1.5e-3", ["1.5e-3"]),
        (r"0.1\overline{6}", ["0.1(6)"]),
        ("xsin", ["x", "sin"]),
        ("2pi", ["2", "pi"]),
        (r"{\it \%c}", ["%c"]),
        ("%pi", ["%pi"]),
        (r"5 \text{ cm}", ["5"]),
        ("4.", ["4"]),
        (r"\mathrm{erf}", ["erf"]),
        (r"\mathbb{R}", ["mathbb R"]),
        (r"\text{if } x", ["if", "x"]),
    ],
)
def test_each_spelling_becomes_the_grammars_own_tokens(text: str, expected: list[str]) -> None:
    assert _texts(text) == expected


def test_a_token_remembers_where_it_stood_in_the_text_as_given() -> None:
    starts = [token.start for token in tokenise("x² + √y", DEFAULT_LIMITS)]
    assert starts == [0, 1, 1, 1, 1, 3, 5, 6, 7]


@pytest.mark.parametrize("text", ["x # y", "price$ @", "x\\", r"\mathbb{X}", "ж"])
def test_what_is_no_notation_is_an_error_with_its_place(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        tokenise(text, DEFAULT_LIMITS)
    assert 0 <= caught.value.where <= len(text)


@pytest.mark.parametrize(
    ("text", "algebra"),
    [("x**2", True), ("exp(x)", True), ("2*I", True), (r"\exp(x)", False), ("E", False), ("x^2", False)],
)
def test_text_of_a_computer_algebra_system_is_known_by_its_signs(text: str, algebra: bool) -> None:
    assert is_algebra_text(text) is algebra


def test_long_texts_and_many_tokens_are_refused() -> None:
    with pytest.raises(ParseError, match="characters"):
        tokenise("x" * 20, Limits(characters=10))
    with pytest.raises(ParseError, match="tokens"):
        tokenise("x+" * 20, Limits(tokens=10))
