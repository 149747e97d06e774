"""Programs as answers: their values are computed from the syntax tree, and nothing in them is ever run."""

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from app.grading import Outcome, grade
from app.grading.interpreter import Program, ProgramError, is_program

n = sympy.Symbol("n")


@pytest.mark.parametrize(
    ("text", "arguments", "value"),
    [
        ("lambda n: n*(n+1)//2", [4], 10),
        ("f = lambda x, y: x**2 - y", [3, 2], 7),
        ("def f(n):\n    return 1 if n == 0 else n*f(n-1)", [5], 120),
        ("def f(n):\n    r = 0\n    for i in range(1, n+1):\n        r += i**2\n    return r", [4], 30),
        ("def f(n):\n    a, b = 0, 1\n    while n > 0:\n        a, b = b, a + b\n        n -= 1\n    "
            "return a", [10], 55),
        ("lambda n: sum(1 for k in range(1, n+1) if n % k == 0)", [12], 6),
        ("import math\ndef f(n):\n    return math.comb(2*n, n)", [3], 20),
        ("def f(n):\n    found = []\n    for k in range(n):\n        if k == 3:\n            break\n     "
            "   found.append(k)\n    return len(found)", [9], 3),
        ("lambda x: 0.1 + x", [0], sympy.Rational(1, 10)),
    ],
)  # fmt: skip
def test_a_program_has_the_values_it_writes(text: str, arguments: list[int], value: object) -> None:
    assert Program(text).call([sympy.Integer(argument) for argument in arguments]) == value


def test_a_straight_program_is_a_formula() -> None:
    """Run on symbols, arithmetic gives an expression and a condition a piecewise function."""
    assert Program("lambda n: n**2 + 1").call([n]) == n**2 + 1
    bent = Program("def f(x):\n    if x < 0:\n        return -x\n    return x").call([n])
    assert bent == sympy.Piecewise((-n, n < 0), (n, True))


@pytest.mark.parametrize(
    "text",
    [
        "lambda n: __import__('os').system('true')",
        "lambda n: (1).__class__.__bases__",
        "lambda n: open('/etc/passwd').read()",
        "lambda n: eval('n')",
        "lambda n: 10**(10**10)",
        "def f(n):\n    while True:\n        n += 1\n    return n",
        "def f(n):\n    return f(n + 1)",
        "lambda n: [0]*10**9",
        "lambda n: range(10**12)",
        "def f(n):\n    global x\n    return n",
        "lambda n: " + "(" * 100 + "n" + ")" * 100,
        "def f(n):\n    pass",
        "lambda n: n(",
    ],
)
def test_what_is_unknown_or_does_not_end_is_refused(text: str) -> None:
    """A refusal is a ProgramError that says why, whatever the text tried."""
    with pytest.raises(ProgramError) as caught:
        Program(text).call([sympy.Integer(3)])
    assert str(caught.value)


@pytest.mark.parametrize(
    ("gold", "answer", "outcome"),
    [
        (r"\frac{n(n+1)}{2}", "```python\ndef f(n):\n    return n*(n+1)//2\n```", Outcome.CORRECT),
        (r"\frac{n(n+1)}{2}", "lambda n: sum(range(n+1))", Outcome.CORRECT),
        (r"\frac{n(n+1)}{2}", "lambda n: sum(range(n))", Outcome.INCORRECT),
        ("n!", "def f(n):\n    return n*f(n-1) if n > 1 else 1", Outcome.CORRECT),
        ("|x|", "lambda x: x if x > 0 else -x", Outcome.CORRECT),
        ("|x|", "lambda x: x", Outcome.INCORRECT),
        ("5", "lambda: 5", Outcome.INCORRECT),
        ("x - y", "lambda a, b: b - a", Outcome.INCORRECT),
    ],
)
def test_a_program_is_judged_by_its_values(gold: str, answer: str, outcome: Outcome) -> None:
    assumptions = ["n integer", "n >= 1"] if "n" in gold else []
    assert grade(gold, answer, assumptions=assumptions).outcome is outcome


def test_only_definitions_are_programs() -> None:
    assert is_program("lambda x: x")
    assert is_program("```python\nimport math\ndef f(x):\n    return x\n```")
    assert not is_program(r"\lambda = 3")
    assert not is_program("the definition of f")


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=6), st.integers(-20, 20))
def test_a_polynomial_by_horners_rule_has_the_polynomials_values(coefficients: list[int], x: int) -> None:
    body = "0"
    for coefficient in coefficients:
        body = f"({body})*x + ({coefficient})"
    expected = sympy.Poly(coefficients, sympy.Symbol("x")).eval(x)
    assert Program(f"lambda x: {body}").call([sympy.Integer(x)]) == expected
