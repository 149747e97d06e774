"""Seeds files: what is read, and how a mistake is reported."""

import pytest
import sympy

from app.problems.errors import SeedError
from app.problems.formats.seeds import read_header, read_seeds, seed_files
from app.problems.problem import Problem

x, t = sympy.symbols("x t")


@pytest.fixture(scope="module")
def folder(seeds_text: str) -> dict[str, str]:
    """The same seeds as a folder has them: the header alone, and the problems in files by topic."""
    header, *blocks = seeds_text.split("[[problem]]")
    files = {"seeds.toml": header, "README.md": "# Example", "problems.jsonl": "{}"}
    for number, file in ((slice(0, 3), "seeds/a.toml"), (slice(3, None), "seeds/b.toml")):
        files[file] = "".join(f"[[problem]]{block}" for block in blocks[number])
    return files


def test_header_and_problems_come_in_file_order(seeds_text: str) -> None:
    seeds = read_seeds({"seeds.toml": seeds_text})
    assert (seeds.header.name, seeds.header.version, seeds.header.seed) == ("example", "7", 11)
    assert [problem.id for problem in seeds.problems][:3] == ["gaussian", "parts", "compound"]
    assert seeds.problems[5].parameters[1].name == "b"


def test_seeds_in_files_by_topic_are_those_of_one_file(seeds_text: str, folder: dict[str, str]) -> None:
    assert read_seeds(folder) == read_seeds({"seeds.toml": seeds_text})
    assert list(seed_files(folder)) == ["seeds.toml", "seeds/a.toml", "seeds/b.toml"]
    assert read_seeds(dict(reversed(folder.items()))) == read_seeds(folder)


def test_a_header_says_how_the_set_is_built(folder: dict[str, str]) -> None:
    assert read_header(folder).scheme == "balanced"
    header = (
        "[set]\nname = 'mini'\nversion = '1'\ntitle = ''\nlicence = ''\nscheme = 'mini'\nseeds = 'example'"
    )
    mini = read_header({"seeds.toml": header})
    assert (mini.scheme, mini.seeds) == ("mini", "example")


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
        read_seeds({"seeds.toml": seeds_text.replace(good, bad, 1)})
    assert said in str(caught.value)


MISTAKES_IN_FILES = {
    "mathematics": (
        r"gold = '\sqrt{\frac{\pi}{a}}'",
        r"gold = '\sqrt{'",
        "seeds/a.toml, line 10: problem gaussian",
    ),
    "id taken in another file": (
        "id = 'parts'",
        "id = 'decay'",
        "seeds/b.toml, line 60: problem decay: this id",
    ),
    "a second header": ("[[problem]]", "[set]\nname = 'two'\n[[problem]]", "seeds/a.toml: unknown key 'set'"),
    "not TOML": ("id = 'parts'", "id = parts", "seeds/a.toml is not valid TOML"),
}


@pytest.mark.parametrize("mistake", sorted(MISTAKES_IN_FILES))
def test_a_mistake_is_named_with_its_file(folder: dict[str, str], mistake: str) -> None:
    good, bad, said = MISTAKES_IN_FILES[mistake]
    with pytest.raises(SeedError) as caught:
        read_seeds({**folder, "seeds/a.toml": folder["seeds/a.toml"].replace(good, bad, 1)})
    assert said in str(caught.value)


HEADER_MISTAKES = {
    "unknown scheme": ("seed = 11", "scheme = 'random'", "line 6: [set], field 'scheme'"),
    "reason for nothing": ("seed = 11", "seed = 11\n[set.reasons]\n'gauss' = 'Mended.'", "names 'gauss'"),
    "unknown key": ("seed = 11", "sead = 11", "field 'sead': this key is unknown"),
    "missing key": ("title = 'Example'\n", "", "field 'title': this key is missing"),
}


@pytest.mark.parametrize("mistake", sorted(HEADER_MISTAKES))
def test_a_mistake_in_the_header_is_named(folder: dict[str, str], mistake: str) -> None:
    good, bad, said = HEADER_MISTAKES[mistake]
    with pytest.raises(SeedError) as caught:
        read_seeds({**folder, "seeds.toml": folder["seeds.toml"].replace(good, bad, 1)})
    assert said in str(caught.value)


def test_reasons_name_problems_or_all(folder: dict[str, str]) -> None:
    reasons = "\n[set.reasons]\n'*' = 'New draws.'\ngaussian = 'Mended.'\n"
    seeds = read_seeds({**folder, "seeds.toml": folder["seeds.toml"] + reasons})
    assert seeds.header.reasons == {"*": "New draws.", "gaussian": "Mended."}


def test_a_folder_without_a_header_is_refused(folder: dict[str, str]) -> None:
    with pytest.raises(SeedError, match=r"no file seeds\.toml"):
        read_seeds({"seeds/a.toml": folder["seeds/a.toml"]})


def test_a_file_without_problems_is_refused(folder: dict[str, str]) -> None:
    with pytest.raises(SeedError, match=r"no \[\[problem\]\]"):
        read_seeds({"seeds.toml": folder["seeds.toml"]})
