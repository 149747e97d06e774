"""Giac, FriCAS and PARI/GP as programs: what goes in, what it may not do, and how ways follow each other."""

from __future__ import annotations

import os
import sys

import pytest
import sympy
from sympy.abc import a, b, k, n, x

from app.backends.computer_algebra import giac_syntax
from app.backends.computer_algebra.answers import Question
from app.backends.computer_algebra.fricas import FRICAS
from app.backends.computer_algebra.fricas_syntax import FricasWriter
from app.backends.computer_algebra.giac import GIAC
from app.backends.computer_algebra.giac_syntax import GiacWriter
from app.backends.computer_algebra.pari import PARI, PariWriter
from app.backends.computer_algebra.processes import Allowance, Ended, run_program
from app.backends.computer_algebra.program_solver import MARK, Program, Way, solve_with_program
from app.backends.computer_algebra.writing import Names, Untranslatable, Writer
from app.backends.errors import BackendUnavailable
from app.maths import Assumptions
from app.problems import tasks

from .installed import needs

PROGRAMS = {"giac": GIAC, "fricas": FRICAS, "pari": PARI}
EACH = [pytest.param(program, id=name) for name, program in PROGRAMS.items()]
INSTALLED = [pytest.param(program, id=name, marks=needs(name)) for name, program in PROGRAMS.items()]
HALF = sympy.Rational(-1, 2)

WRITTEN: list[tuple[type[Writer], sympy.Basic, str]] = [
    (GiacWriter, sympy.log(x) + HALF, "(((-1)/2) + ln(v0))"),
    (GiacWriter, sympy.Limit(x, x, 0, "-"), "limit(v0, v0, (0),-1)"),
    (GiacWriter, sympy.Piecewise((x, x > 0), (-x, True)), "piecewise((v0 > (0)), v0, ((-1) * v0))"),
    (GiacWriter, sympy.polygamma(1, x), "Psi(v0, (1))"),
    (GiacWriter, sympy.exp(1) * sympy.oo, "(+infinity)"),
    (FricasWriter, sympy.exp(sympy.pi * x), "exp((%pi * v0))"),
    (FricasWriter, sympy.besselj(n, x), "besselJ(v0, v1)"),
    (FricasWriter, sympy.Derivative(sympy.Function("y")(x), x, x), "D(v1(v0), v0, (2))"),
    (PariWriter, x**n, "exp(v0*log(v1))"),
    (PariWriter, sympy.factorial(n) / 3, "(((1)/3) * ((v0)!))"),
    (PariWriter, sympy.ImmutableMatrix([[1, x], [0, 2]]), "[(1), v0; (0), (2)]"),
]


def writer(kind: type[Writer], symbols: set[sympy.Symbol], positive: bool = False) -> Writer:
    names = Names(symbols)
    return FricasWriter(names, symbols if positive else ()) if kind is FricasWriter else kind(names)


@pytest.mark.parametrize(("kind", "expression", "text"), WRITTEN, ids=[text for _, _, text in WRITTEN])
def test_expressions_are_written(kind: type[Writer], expression: sympy.Basic, text: str) -> None:
    """SymPy expressions become those of each system, under neutral names."""
    assert writer(kind, expression.atoms(sympy.Symbol) & {n, x}).write(expression) == text


@pytest.mark.parametrize("kind", [GiacWriter, FricasWriter, PariWriter])
def test_what_a_system_has_no_word_for_is_said(kind: type[Writer]) -> None:
    """A function without a translation is refused instead of being sent under a wrong name."""
    with pytest.raises(Untranslatable):
        writer(kind, {x}).write(sympy.mathieus(1, 2, x))


@pytest.mark.parametrize("program", EACH)
def test_a_name_cannot_become_a_command(program: Program) -> None:
    """Whatever a symbol is called, only a neutral name reaches the program."""
    evil, known = sympy.Symbol('system("touch /tmp/owned")'), Assumptions.of(())
    task = tasks.Evaluation(expression=evil + sympy.Symbol(")quit"))
    [way, *_] = program.ways(task, known, Names.for_task(task, ()))
    assert "touch" not in way.script
    assert "v0" in way.script


@pytest.mark.parametrize(
    ("relations", "statements"),
    [
        (["a > 0", "a < 1"], ["assume((v0 > (0)))", "additionally((v0 < (1)))"]),
        (["n > 2", r"n \in \mathbb{Z}"], ["assume(v1, integer)", "additionally((v1 > (2)))"]),
        (["a < b", r"a \ne 2"], []),
    ],
)
def test_assumptions_are_stated_to_giac(relations: list[str], statements: list[str]) -> None:
    """What is known of one symbol is stated, its domain first; relations between symbols cannot be."""
    names = Names([a, n])
    assert giac_syntax.facts(Assumptions.of(relations).relations, GiacWriter(names)) == statements


def test_a_positive_symbol_is_an_exponential_to_fricas() -> None:
    """FriCAS cannot be told a sign, so the symbol stands for its logarithm, and is read back as that."""
    names = Names([a])
    assert FricasWriter(names, {a}).strict.write(a**2) == "((exp(logv0))^((2)))"
    assert FRICAS.read("exp(2*logv0)", names.back) == a**2


@pytest.mark.parametrize(
    "task",
    [
        tasks.DefiniteIntegral(integrand=r"\sin x", variable="x", lower="0", upper="1"),
        tasks.DefiniteIntegral(integrand=r"\frac{1}{x}", variable="x", lower="-1", upper="1"),
        tasks.Sum(term="k", index="k", lower="1", upper=r"\infty"),
        tasks.MatrixPower(matrix=r"\begin{pmatrix} a & 1 \\ 0 & a \end{pmatrix}", exponent="n"),
        tasks.Inequality(relation="x^2 < 4", variable="x"),
        tasks.ArithmeticFunction(function="totient", arguments=("n",)),
    ],
    ids=lambda task: task.operation,
)
def test_pari_is_not_asked_for_what_it_would_approximate(task: tasks.Task) -> None:
    """PARI/GP has numbers for these; we want exact answers only."""
    with pytest.raises(Untranslatable):
        PARI.ways(task, Assumptions.of(()), Names.for_task(task, ()))


def recorded(*outputs: str | None) -> Program:
    """A program with a way for each of these outputs; None is a way whose time runs out."""
    left = iter(outputs)

    def run(script: str, allowance: Allowance) -> Ended:
        output = next(left)
        return Ended(
            "" if output is None else f"noise\n(3) -> {MARK}{output}\n", None if output is None else 0, 0.1
        )

    ways = [Way(f"way {number}", "") for number, _ in enumerate(outputs, start=1)]
    return Program("Recorded", lambda: "", lambda task, known, names: ways, run, giac_syntax.read_result)


TASK = tasks.DefiniteIntegral(integrand="2x", variable="x", lower="0", upper="3")


def answer_of(program: Program) -> tuple[str, str]:
    answer = solve_with_program(program, Question(TASK, (), 5.0, 512))
    return answer.status, answer.text


def test_the_next_way_is_tried_until_one_succeeds() -> None:
    """What is unevaluated, or out of time, is passed over; after an answer nothing more is run."""
    status, text = answer_of(recorded("integrate(v0,v0,0,3)", None, "9", "8"))
    assert (status, text) == ("stop", "The integral is $\\boxed{9}$.")


def test_why_there_is_no_answer_is_said() -> None:
    """Every way that failed is named with its reason, and nothing that looks like a formula."""
    status, text = answer_of(recorded("undef", "9.0"))
    assert status == "unsolved"
    assert text.startswith("Recorded found no answer. way 1 gave no usable value; way 2 gave an approximate")


def test_a_solution_that_is_not_real_is_none_of_the_positive_ones() -> None:
    """What cannot be compared with a bound, since it is no real number, lies outside."""
    task = tasks.Equation(equation="x^2 = 1", variable="x", domain="positive")
    answer = solve_with_program(recorded("list[sqrt(9+i*pi),1]"), Question(task, (), 5.0, 512))
    assert answer.text.endswith(r"$\boxed{\left\{1\right\}}$.")


def test_no_time_left_is_a_timeout() -> None:
    """Where a way ran out of time and no other succeeded, the question is not said to be unsolvable."""
    assert answer_of(recorded(None, "undef")) == ("timeout", "")


@pytest.mark.parametrize("program", EACH)
def test_a_missing_program_is_said_with_the_command(
    program: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    """Without the program, its title and the package that has it are named."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackendUnavailable, match=program.title) as missing:
        program.find()
    assert "apt-get install" in missing.value.hint


ENDLESS = {
    "Giac": "while(true) { vk:=1; };\n",
    "FriCAS": "while true repeat vk := 1\n",
    "PARI/GP": "while(1, 1);\n",
}
SHOWN = {
    "Giac": f'print("{MARK}"+string(v0^2));\n',
    "FriCAS": f'(PRINC("{MARK}v0^2")$Lisp; TERPRI()$Lisp; FORCE_-OUTPUT()$Lisp)\n',
    "PARI/GP": f'print("{MARK}", v0^2);\n',
}


@pytest.mark.parametrize("program", INSTALLED)
def test_an_endless_loop_ends_with_what_was_printed(program: Program) -> None:
    """Processor time runs out; what was printed before counts."""
    ended = program.run(SHOWN[program.title] + ENDLESS[program.title], Allowance(2.0, 5.0, 1024))
    assert ended.status is None
    assert f"{MARK}v0^2" in ended.output


@pytest.mark.parametrize("program", INSTALLED)
def test_an_error_is_no_answer(program: Program) -> None:
    """A script that the program cannot read ends by itself, and nothing is taken for a result."""
    ended = program.run("]]]\n", Allowance(5.0, 3.0, 1024))
    assert ended.status is not None
    assert MARK not in ended.output


@pytest.mark.parametrize("program", INSTALLED)
def test_the_environment_stays_outside(
    program: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    """No start-up file of the user is read."""
    for name, text in ((".gprc", "error(1)"), (".fricas.input", ")quit"), (".xcasrc", "vk:=1;")):
        with open(f"{tmp_path}/{name}", "w", encoding="ascii") as file:
            file.write(text)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert f"{MARK}v0^2" in program.run(SHOWN[program.title], Allowance(5.0, 3.0, 1024)).output


def test_a_process_sees_no_secret_and_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment is clean, and the folder that a program worked in is gone after it."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    script = "import os; print(sorted(os.environ), os.getcwd(), open('question').read())"
    ended = run_program([sys.executable, "-c", script], {"question": "asked"}, Allowance(10.0, 3.0, 1024))
    assert ended.status == 0
    assert "OPENAI_API_KEY" not in ended.output
    assert "asked" in ended.output
    assert not os.path.exists(ended.output.split()[-2])


def test_a_sleeping_process_is_killed_by_the_clock() -> None:
    """A process that waits without working is killed, and the clock it used is charged."""
    ended = run_program([sys.executable, "-c", "import time; time.sleep(60)"], {}, Allowance(0.3, 2.0, 1024))
    assert ended.status is None
    assert ended.seconds >= 0.3


def test_too_much_output_or_memory_ends_the_process() -> None:
    """Beyond their limits, writing fails and allocating fails, and the process ends by itself."""
    wide = run_program(
        [sys.executable, "-c", "while True: print('x' * 100000)"], {}, Allowance(20.0, 3.0, 1024)
    )
    large = run_program([sys.executable, "-c", "bytearray(4 << 30)"], {}, Allowance(10.0, 3.0, 512))
    assert wide.status not in (0, None)
    assert len(wide.output) <= 8 << 20
    assert large.status not in (0, None)


HOSTILE = tasks.Simplification(expression=sympy.Symbol("b") ** 2 - b * b + k - k + x)


@pytest.mark.parametrize("program", INSTALLED)
def test_the_question_again_is_no_answer(program: Program) -> None:
    """What cannot be simplified is said to be so."""
    assert solve_with_program(program, Question(HOSTILE, (), 5.0, 1024)).status == "unsolved"
