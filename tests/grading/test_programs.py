"""Programs as answers: read from a whitelist, interpreted as Python runs them, and always quick to end."""

from __future__ import annotations

import inspect
import json
import math
import textwrap
import time
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sympy

from app.grading.answer_kinds import function
from app.grading.answer_kinds.base import Question
from app.grading.errors import AnswerRefused, AnswerUnreadable, GoldUnreadable, Undecidable
from app.grading.programs import ProgramError, is_program, read
from app.maths import Assumptions

CASES = [
    json.loads(line) for line in (Path(__file__).parent / "cases" / "function.jsonl").read_text().splitlines()
]
SECONDS = 8.0
"""No hostile program may take longer, on a slow machine."""
n, x, y = sympy.symbols("n x y")


def outcome(gold: str, answer: str, *assumptions: str) -> str:
    try:
        return str(function.rule(Question(gold, answer, None, Assumptions.of(assumptions))).outcome)
    except (AnswerRefused, AnswerUnreadable) as error:
        return "ungradable" if isinstance(error, AnswerUnreadable) and error.notation else "incorrect"
    except (GoldUnreadable, Undecidable):
        return "ungradable"


@pytest.mark.parametrize("line", CASES, ids=[line["id"] for line in CASES])
def test_the_ruling_is_right(line: dict[str, Any]) -> None:
    """Each case has the outcome that a careful person would give."""
    found = outcome(line["gold"], line["answer"], *line.get("assumptions", ()))
    assert found == line["outcome"], line["note"]


# Plain Python, which the interpreter must run as Python does


def primes(n):  # type: ignore[no-untyped-def]
    sieve = [True] * (n + 1)
    found = []
    for p in range(2, n + 1):
        if sieve[p]:
            found.append(p)
            for q in range(p * p, n + 1, p):
                sieve[q] = False
    return found


def digits(n):  # type: ignore[no-untyped-def]
    total, rest = 0, n
    while rest:
        rest, last = divmod(rest, 10)
        total += last
    return total


def collatz(n):  # type: ignore[no-untyped-def]
    steps = 0
    while n > 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
        if steps > 100:
            break
    else:
        return steps
    return -1


def partitions(n):  # type: ignore[no-untyped-def]
    ways = [1] + [0] * n
    for part in range(1, n + 1):
        for total in range(part, n + 1):
            ways[total] += ways[total - part]
    return ways[-1]


def signs(n):  # type: ignore[no-untyped-def]
    return [
        (-n) // 3,
        (-n) % 3,
        n % -3,
        int(-n / 2),
        round(Fraction(n, 2)),
        ~n,
        n & 3,
        n | 4,
        n ^ 5,
        n << 2,
        n >> 1,
    ]


def slices(n):  # type: ignore[no-untyped-def]
    row = [k * k for k in range(n) if k != 2]
    return [row[::-1], row[1:-1], sorted(row, reverse=True), list(reversed(row)), len(row), sum(row, 5)]


def pairs(n):  # type: ignore[no-untyped-def]
    both = [a + b for a, b in zip(range(n), [1, 2, 3], strict=False)]
    return [[i * a for i, a in enumerate(range(n), 1)], both,
            max(n, 3), min([n, 4]), any(k > 3 for k in range(n)), all(k < 3 for k in range(n))]  # fmt: skip


def closures(n):  # type: ignore[no-untyped-def]
    scale = 2

    def inner(k, add=1):  # type: ignore[no-untyped-def]
        return scale * k + add

    scale = 3
    rows = [[0]] * 2
    rows[0].append(n)
    return [inner(n), inner(n, add=n), list(map(inner, range(3))), rows, n or 7, n and 8, not n]


def conditions(n):  # type: ignore[no-untyped-def]
    found = []
    for k in range(20):
        if k % 3 == 0:
            continue
        if k > 2 * n:
            break
        found.append(k if 1 < k <= 9 != k else -k)
    return [found, n in found, n not in (1, 2), None is None, [n] == [n], (n,) != [n]]


def arithmetic(n):  # type: ignore[no-untyped-def]
    return [
        math.factorial(n),
        math.comb(n + 5, 3),
        math.gcd(n, 12),
        math.isqrt(n),
        pow(3, n, 7),
        2**n,
        abs(-n),
    ]


@pytest.mark.parametrize(
    "original",
    [primes, digits, collatz, partitions, signs, slices, pairs, closures, conditions, arithmetic],
)
def test_the_interpreter_does_what_python_does(original: Callable[[int], Any]) -> None:
    """On integers, the values are those of Python itself."""
    program = read(textwrap.dedent(inspect.getsource(original)))
    assert program is not None
    assert (program.name, program.parameters) == (original.__name__, ("n",))
    for value in range(13):
        found = program.call(value)
        expected = original(value)
        assert str(found) == str(expected), value


FORMULAS = [
    ("lambda x: x**2 + 3*x", x**2 + 3 * x),
    ("f = lambda x: 0.1*x", x / 10),
    ("def f(x: float) -> float:\n    '''Half.'''\n    y = x/2\n    y -= 1\n    return y", x / 2 - 1),
    ("lambda x, y: x if x > y else y", sympy.Piecewise((x, x > y), (y, True))),
    ("def f(x):\n    if x < 0:\n        return -x\n    return x", sympy.Piecewise((-x, x < 0), (x, True))),
    ("import math\ndef f(x):\n    return math.sin(math.pi*x)", sympy.sin(sympy.pi * x)),
    ("from math import sqrt as root\nlambda x: root(x)", sympy.sqrt(x)),
    ("lambda n: sum(k*n for k in range(4))", 6 * n),
    ("def f(x):\n    r = 0\n    for c in [1, 2, 3]:\n        r = r*x + c\n    return r", x * (x + 2) + 3),
    ("def g(x):\n    return x + 1\n\ndef f(x):\n    return g(g(x))", x + 2),
    ("def f(n):\n    return 1 if n < 1 else n*f(n - 1)", None),
    ("lambda n: sum(range(n))", None),
    ("def f(x):\n    while x > 1:\n        x /= 2\n    return x", None),
]


@pytest.mark.parametrize(("text", "formula"), FORMULAS)
def test_straight_programs_have_a_formula(text: str, formula: sympy.Expr | None) -> None:
    """An `if` becomes a case; what counts up to an argument has none."""
    program = read(text)
    assert program is not None
    assert program.formula() == formula


@pytest.mark.parametrize(
    "text",
    ["", "x^2 + 1", r"\lambda x: x", "lambda", "the answer is defined", "f(x) = x", "define f", "lambda*x^2"],
)
def test_what_is_no_program(text: str) -> None:
    """Formulas and words, also such as begin alike."""
    assert read(text) is None
    assert not is_program(text)


def test_programs_are_found_in_fences() -> None:
    """With its language or none, with comments and imports before the function."""
    for text in ("```python\n{}\n```", "```\n{}```", "`{}`", "# squares\n\nimport math\n{}", "\n\n{}\n"):
        program = read(text.format("def f(x):\n    return x*x") if "`{}" not in text else "`lambda x: x*x`")
        assert program is not None
        assert program.formula() == x**2


REFUSED = [
    ("lambda x: __import__('os').system('true')", "forbidden"),
    ("lambda x: eval('x')", "forbidden"),
    ("lambda x: open(x)", "forbidden"),
    ("lambda x: getattr(x, 'y')", "forbidden"),
    ("lambda x: x.__class__", "forbidden"),
    ("lambda x: (lambda y_: y_)(x)", "forbidden"),
    ("import os\nlambda x: x", "forbidden"),
    ("from subprocess import run\nlambda x: x", "forbidden"),
    ("lambda x: x.real", "unknown"),
    ("lambda x: math.nothing(x)", "unknown"),
    ("lambda *x: x", "unknown"),
    ("lambda x: {x: x}", "unknown"),
    ("lambda x: f'{x}'", "unknown"),
    ("def f(x):\n    with x:\n        pass", "unknown"),
    ("def f(x):\n    try:\n        return x\n    except:\n        return 0", "unknown"),
    ("def f(x):\n    global y\n    return x", "unknown"),
    ("def f(x):\n    yield x", "unknown"),
    ("def f(x) return x", "syntax"),
    ("lambda x: x +", "syntax"),
    ("lambda x: '\0'", "syntax"),
    ("lambda x: " + "(" * 5000, "limit"),
    ("lambda x: " + "-" * 9000 + "x", "limit"),
    ("lambda x: x" + "+1" * 4000, "limit"),
    ("lambda x: " + "not " * 2000 + "x", "limit"),
    ("lambda x: " + "lambda: " * 1000 + "x", "limit"),
    ("lambda x: " + "1 if x else " * 800 + "x", "limit"),
    ("lambda x: x #" + "#" * 20_000, "limit"),
]


@pytest.mark.parametrize(("text", "fault"), REFUSED)
def test_nothing_off_the_whitelist_is_read(text: str, fault: str) -> None:
    """Each refusal says what kind of fault it is."""
    with pytest.raises(ProgramError) as caught:
        read(text)
    assert caught.value.fault == fault, str(caught.value)


HOSTILE = [
    "lambda n: 10**(10**10)",
    "lambda n: [0]*10**9",
    "lambda n: 2**2**2**2**2**2",
    "lambda n: 1 << 10**12",
    "lambda n: math.factorial(10**9)",
    "lambda n: math.comb(10**9, 5*10**8)",
    "lambda n: (2**0.5)**(10**9)",
    "lambda n: math.exp(10**9*math.log(10))",
    "lambda n: math.floor(math.exp(math.exp(40)))",
    "lambda n: 10**(10**9*math.log(7)/math.log(10))",
    "lambda n: sum(range(10**18))",
    "lambda n: 9**9**9 % 7",
    "lambda n: pow(3**2000, 3**2000, 3**2001)",
    "lambda n: list(range(10**9))",
    "lambda n: len(range(10**30)) % 0",
    "lambda n: sorted(range(10**7))",
    "lambda n: [[0]*9999]*9999*9999",
    "lambda n: math.gamma(10**6 + 0.5)",
    "lambda n: (lambda f: f(f))(lambda f: f(f))",
    "lambda n: round(1/3, 10**9)",
    "lambda n: 2**0.1234567891**99999",
    "lambda n: max(n + k*math.sqrt(k) for k in range(10**6))",
    "lambda n: math.sqrt(10**3000 + 7)",
    "lambda n: any(k < 0 for k in range(10**12))",
    "lambda n: Fraction(1, 3)**(10**9)",
    "lambda n: 1e300**1e300",
    "def f(n):\n    while True:\n        pass",
    "def f(n):\n    return f(n + 1)",
    "def f(n):\n    return f(n-1) + f(n+1)",
    "def f(n):\n    a = [1]\n    while True:\n        a = a + a",
    "def f(n):\n    a = [1]\n    for b in a:\n        a.append(b)",
    "def f(n):\n    a = []\n    a.append(a)\n    return a",
    "def f(n):\n    a = []\n    a.append(a)\n    return a == [a]",
    "def f(n):\n    a = 3\n    while True:\n        a = a*a",
    "def f(n):\n    a = n\n    while True:\n        a = a*a + n",
    "def f(n):\n    a = math.sqrt(2)\n    while True:\n        a = math.sqrt(a + math.sqrt(a + 1))",
    "def f(n):\n    a = [0]\n    for k in range(99):\n        a = [a, a]\n    return a",
    "def f(n):\n" + "".join(f"    if n > {k}:\n        n += 1\n" for k in range(99)) + "    return n",
    "def g(a):\n    while a:\n        a.append(1)\n\nf = lambda n: g([n])",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_every_program_ends_quickly(text: str) -> None:
    """With numbers and with symbols: a value, or an error that says what was too much."""
    begun = time.monotonic()
    program = read(text)
    assert program is not None
    program.formula()
    with suppress(ProgramError):
        program.call(7)
    assert time.monotonic() - begun < SECONDS


ERRORS = [
    ("lambda n: 1/(n - 7)", "division by zero"),
    ("lambda n: math.sqrt(-n)", "square root of a negative"),
    ("lambda n: math.log(0)", "not positive"),
    ("lambda n: [1][n]", "no element 7"),
    ("lambda n: range(n/2)", "integer is needed"),
    ("lambda n: n(1)", "a number is called"),
    ("lambda n: len(n)", "no length"),
    ("lambda n, m: n", "too few arguments"),
    ("lambda n: n < [1]", "used as a number"),
    ("def f(n):\n    a, b = n, 1, 2\n    return a", "line 2"),
    ("def f(n):\n    if n > 9:\n        m = 1\n    return m", "has no value here"),
    ("def f(n):\n    assert n < 3, 'small'\n    return n", "assertion"),
]


@pytest.mark.parametrize(("text", "said"), ERRORS)
def test_errors_say_what_and_where(text: str, said: str) -> None:
    """As Python's own would, with the line where there are lines."""
    program = read(text)
    assert program is not None
    with pytest.raises(ProgramError, match=said) as caught:
        program.call(7)
    assert caught.value.fault == "error"


def test_variables_are_paired_by_name_and_else_by_place() -> None:
    """A header of the gold gives its order; another number of values is another function."""
    assert outcome("f(x, y) = x - 2y", "lambda a, b: a - 2*b") == "correct"
    assert outcome("f(y, x) = y - 2x", "lambda a, b: a - 2*b") == "correct"
    assert outcome("f(y, x) = x - 2y", "lambda a, b: a - 2*b") == "incorrect"
    assert outcome("x - 2y", "lambda y, x: x - 2*y") == "correct"
    assert outcome("x - 2y", "lambda x: x") == "incorrect"
    assert outcome("lambda a, b: a**b", "x^y", "x > 0", "y > 0") == "correct"
    assert outcome("lambda k: k*(k+1)//2", "def f(n):\n    return sum(range(n + 1))") == "correct"


def test_a_program_is_judged_on_its_domain() -> None:
    """What it does elsewhere does not matter, and what it does at its edge does."""
    program = "def f(n):\n    s = 1\n    for k in range(1, n):\n        s *= k\n    return s"
    assert outcome("(n-1)!", program, r"n \in \mathbb{N}", "n \\ge 1") == "correct"
    assert outcome("n!", program, r"n \in \mathbb{N}") == "incorrect"
    recursive = "def f(n):\n    return 1 if n == 1 else n*f(n-1)"
    assert outcome("n!", recursive, r"n \in \mathbb{N}", "n \\ge 1") == "correct"
    assert outcome("n!", recursive, "n \\ge 0", r"n \in \mathbb{Z}") == "ungradable"
    assert outcome("n + 1", "lambda n: len(range(n + 1))", r"n \in \mathbb{Z}") == "incorrect"
    assert outcome("n^2", "lambda n: [0, 1, 4][n]", r"n \in \mathbb{Z}", "0 \\le n \\le 2") == "correct"
