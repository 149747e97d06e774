"""Results as Giac, FriCAS and PARI/GP really print them: what they mean, and what is refused."""

from __future__ import annotations

import contextlib

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from sympy.abc import n, x, y

from app.backends.computer_algebra import fricas_syntax, giac_syntax, pari
from app.backends.computer_algebra.reading import Unreadable

SYMBOLS = {"v0": n, "v1": x, "v2": y}
READERS = {"giac": giac_syntax.read_result, "fricas": fricas_syntax.read_result, "pari": pari.read_result}
TURNS = sympy.Symbol("z_0")

READ = [
    ("giac", "(v1*v0-1)/v0^2*exp(v0*v1)", (x * n - 1) / n**2 * sympy.exp(n * x)),
    ("giac", "1/4*sin(v1)+(-2*v1*cos(v1)+sin(v1))/4", sympy.sin(x) / 2 - x * sympy.cos(x) / 2),
    ("giac", "list[-2,2]", sympy.Tuple(-2, 2)),
    ("giac", "list[[3,4],[-3,-4]]", sympy.Tuple(sympy.Tuple(3, 4), sympy.Tuple(-3, -4))),
    ("giac", "list[((v1>1) and (v1<2)),v1>3]", sympy.Tuple(sympy.And(x > 1, x < 2), x > 3)),
    ("giac", "-infinity", -sympy.oo),
    ("giac", "infinity", sympy.zoo),
    ("giac", "sqrt(pi)/2*erf(v1)", sympy.sqrt(sympy.pi) * sympy.erf(x) / 2),
    ("giac", "(-1)^v0*v0!", (-1) ** n * sympy.factorial(n)),
    ("giac", "list[-1/6*(-12*n_0*pi-pi)]", sympy.Tuple((12 * TURNS * sympy.pi + sympy.pi) / 6)),
    ("giac", "c_0*cos(v1)", sympy.Symbol("C_1") * sympy.cos(x)),
    ("giac", "matrix([[v0,1],[0,v0]])", sympy.ImmutableMatrix([[n, 1], [0, n]])),
    ("giac", "piecewise(v1>0,v1,-v1)", sympy.Piecewise((x, x > 0), (-x, True))),
    ("giac", "Psi(v1,1)", sympy.polygamma(1, x)),
    ("fricas", "(erf(v1)*pi()^(1/2))/2", sympy.sqrt(sympy.pi) * sympy.erf(x) / 2),
    ("fricas", "v2*exp((-1)*v0*v1)", y * sympy.exp(-n * x)),
    ("fricas", "matrix([[1/v0,(-1)/(v0*v1)],[0,1/v1]])",
     sympy.ImmutableMatrix([[1 / n, -1 / (n * x)], [0, 1 / x]])),
    ("fricas", "((-1)*atan((v1*((-1)*v0)^(1/2))/v0))/(((-1)*v0)^(1/2))",
     -sympy.atan(x * sympy.sqrt(-n) / n) / sympy.sqrt(-n)),
    ("fricas", "Gamma(2,v1)", sympy.uppergamma(2, x)),
    ("fricas", "[]", sympy.Tuple()),
    ("pari", "[1/v0, -1/(v2*v0); 0, 1/v2]", sympy.ImmutableMatrix([[1 / n, -1 / (y * n)], [0, 1 / y]])),
    ("pari", "-1/6*v1^4 - 1/3*v1^3 + v1 + 1", -(x**4) / 6 - x**3 / 3 + x + 1),
    ("pari", "[(-(0)+(16)^(1/2))/(2*(1)),(-(0)-(16)^(1/2))/(2*(1))]", sympy.Tuple(2, -2)),
    ("pari", "-inf", -sympy.oo),
    ("pari", "2*I", 2 * sympy.I),
]  # fmt: skip


@pytest.mark.parametrize(("system", "text", "expression"), READ, ids=[f"{s}: {t}" for s, t, _ in READ])
def test_results_are_read(system: str, text: str, expression: sympy.Basic) -> None:
    """What a system printed becomes the SymPy expression that it means."""
    found = READERS[system](text, SYMBOLS)
    difference = found - expression if isinstance(expression, sympy.Expr) and expression.is_finite else None
    assert found == expression or sympy.simplify(difference) == 0


REFUSED = {
    "unevaluated integral": ("giac", "integrate(v1/ln(ln(v1))/v1,v1)"),
    "interval of values": ("giac", "bounded_function(2)"),
    "message": ("giac", '["Unable to solve differential equation"]'),
    "approximate number": ("giac", "0.833333333333"),
    "integral over a dummy": ("fricas", "integral(1/log(log(v1)),v1::Symbol)"),
    "sum over a range": ("fricas", "sum(1/(%BG^2),equation(%BG,(1..v0)))"),
    "error term": ("pari", "1 + v1 + O(v1^2)"),
    "zero to some digits": ("pari", "0.E-38"),
    "unknown name": ("pari", "system"),
    "unknown function": ("giac", "__import__(v0)"),
    "cut off": ("giac", "1+"),
    "unbalanced": ("fricas", "(v1"),
    "two results": ("pari", "v1 v2"),
    "nothing": ("pari", ""),
    "deep": ("giac", "(" * 5000 + "1" + ")" * 5000),
    "deep signs": ("giac", "-" * 5000 + "1"),
    "long": ("fricas", "1+" * 200_000 + "1"),
    "long integer": ("pari", "1" * 5000),
    "relation of a list": ("giac", "[1]<2"),
}


@pytest.mark.parametrize(("system", "text"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_exact_answer_is_refused(system: str, text: str) -> None:
    """What is unevaluated, approximate, unknown, cut off or enormous is refused, never guessed at."""
    with pytest.raises(Unreadable):
        READERS[system](text, SYMBOLS)


def test_signs_and_powers_bind_as_in_mathematics() -> None:
    """A sign in front binds less than a power, and powers group to the right."""
    read = giac_syntax.read_result
    assert read("-v1^2", SYMBOLS) == -(x**2)
    assert read("2^-v1*v2", SYMBOLS) == 2**-x * y
    assert read("2^3^2", SYMBOLS) == 512
    assert read("1-2-3", SYMBOLS) == -4
    assert read("8/2/2", SYMBOLS) == 2
    assert read("3!^2", SYMBOLS) == 36


@given(
    st.text(alphabet="v0123456789+-*/^()[],;=<>!% .eIpilnxO", max_size=60), st.sampled_from(sorted(READERS))
)
def test_no_text_does_harm(text: str, system: str) -> None:
    """Any text is read or refused with `Unreadable`, and nothing else comes of it."""
    if "^" in text or "!" in text:
        text = text.translate({ord(digit): "1" for digit in "23456789"})  # powers of powers take for ever
    with contextlib.suppress(Unreadable):
        assert isinstance(READERS[system](text, SYMBOLS), sympy.Basic)
