"""Seeds files: what is read, and how a mistake is reported."""

import pytest
import sympy

from app.problems.errors import SeedError
from app.problems.formats.seeds import read_problems, read_seeds
from app.problems.problem import Problem

x, t = sympy.symbols("x t")


def test_header_and_problems_come_in_file_order(seeds_text: str) -> None:
    seeds = read_seeds(seeds_text)
    assert (seeds.header.name, seeds.header.version, seeds.header.seed) == ("example", "7", 11)
    assert [problem.id for problem in seeds.problems][:3] == ["gaussian", "parts", "compound"]
    assert seeds.problems[5].parameters[1].name == "b"


def test_lines_are_read_as_text_is(seeds_text: str) -> None:
    assert read_problems(seeds_text.splitlines(keepends=True)) == read_problems(seeds_text)


def test_a_differential_equation_knows_its_function_and_variable(problems: dict[str, Problem]) -> None:
    y = sympy.Function("y")
    task = problems["oscillator"].task
    a, b, c = sympy.symbols("a b c")
    assert task.equation == sympy.Eq(y(x).diff(x, 2) + a**2 * y(x), 0, evaluate=False)
    assert task.conditions[0] == sympy.Eq(y(0), b)
    assert task.conditions[1] == sympy.Eq(sympy.Subs(y(x).diff(x), x, 0), c)
    u = sympy.Function("u")
    assert problems["decay"].task.equation.lhs == u(t).diff(t) + sympy.Symbol("k") * u(t)


GAUSSIAN = "id = 'gaussian'"
MISTAKES = {
    "unknown key": (GAUSSIAN, GAUSSIAN + "\ncolour = 'red'", "line 10: problem gaussian, field 'colour'"),
    "missing key": (
        "title = 'Gaussian integral'\n",
        "",
        "problem gaussian, field 'title': this key is missing",
    ),
    "mathematics": (
        r"gold = '\sqrt{\frac{\pi}{a}}'",
        r"gold = '\sqrt{'",
        "line 17: problem gaussian, field 'gold'",
    ),
    "assumption": (
        "assumptions = ['a > 0']",
        "assumptions = ['a >']",
        "line 16: problem gaussian, field 'assumptions",
    ),
    "operation": ("'definite_integral'", "'integral'", "problem gaussian, field 'task'"),
    "answer kind": ("answer_kind = 'expression'", "answer_kind = 'formula'", "field 'answer_kind'"),
    "repeated id": ("id = 'parts'", GAUSSIAN, "this id is taken"),
    "id with spaces": (GAUSSIAN, "id = 'a gaussian'", "field 'id'"),
    "not TOML": (GAUSSIAN, "id = gaussian", "not valid TOML"),
    "top level": ("[set]", "[sett]", "unknown key 'sett'"),
    "header": ("name = 'example'", "name = 'An Example'", "line 2: [set], field 'name'"),
    "unused parameter symbol": (
        "original = '1', role = 'scale' }",
        "original = '-1', role = 'scale' }",
        "a > 0",
    ),
    "reserved name": ("a = { original = '1', role", "e = { original = '1', role", "parameters"),
    "foreign symbol": ("integrand = 'e^{-a x^2}'", "integrand = 'e^{-a x^2 z}'", "symbol"),
    "kind against task": ("answer_kind = 'antiderivative'", "answer_kind = 'number'", "indefinite_integral"),
}


@pytest.mark.parametrize("mistake", sorted(MISTAKES))
def test_a_mistake_is_named_with_its_place(seeds_text: str, mistake: str) -> None:
    good, bad, said = MISTAKES[mistake]
    assert good in seeds_text
    with pytest.raises(SeedError) as caught:
        read_seeds(seeds_text.replace(good, bad, 1))
    assert said in str(caught.value)


def test_a_file_without_problems_is_refused(seeds_text: str) -> None:
    with pytest.raises(SeedError, match="no \\[\\[problem\\]\\]"):
        read_seeds(seeds_text.split("[[problem]]")[0])
