"""`plumbline problems build`, `verify` and `list`, on seeds of our own and in worker processes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.problems.formats.native import dump_set, header_of, load_set
from app.problems.identity import set_hash
from tests.live import environment, plumbline

HEADER = """
[set]
name = 'tiny'
version = '1'
title = 'Tiny'
licence = 'CC-BY-4.0'
seed = 5
scheme = 'mini'
"""
SEED = r"""
[[problem]]
id = 'square'
title = 'A square'
topic = 'integrals'
level = 1
source = 'Textbook fact.'
derivation = 'The power rule.'
answer_kind = 'expression'
assumptions = ['a > 0']
gold = '\frac{a^3}{3}'
[problem.task]
operation = 'definite_integral'
integrand = 'x^2'
variable = 'x'
lower = '0'
upper = 'a'
[problem.parameters]
a = { original = '2', role = 'scale' }
"""
OTHER = """
[set]
name = 'other'
version = '1'
title = 'Other'
licence = 'CC-BY-4.0'
seed = 5
seeds = 'tiny'
"""


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    """Plumbline among two folders of seeds: a set with seeds in a file by topic, and one that uses them."""
    tiny, other = tmp_path / "benchmarks" / "tiny", tmp_path / "benchmarks" / "other"
    (tiny / "seeds").mkdir(parents=True)
    other.mkdir()
    (tiny / "seeds.toml").write_text(HEADER)
    (tiny / "seeds" / "integrals.toml").write_text(SEED)
    (other / "seeds.toml").write_text(OTHER)
    return {**environment(tmp_path / "var"), "PLUMBLINE_BENCHMARKS_DIR": str(tmp_path / "benchmarks")}


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if path.is_file()}


def test_a_set_is_built_verified_and_listed(tmp_path: Path, variables: dict[str, str]) -> None:
    """What is built is certified, can be loaded and verified, and the counts are shown."""
    folder = tmp_path / "benchmarks" / "tiny"
    assert "not built" in plumbline(variables, "problems", "list").stdout
    result = plumbline(variables, "problems", "build", "tiny")
    assert result.returncode == 0, result.stderr
    built = load_set(texts(folder))
    assert {variant.perturbation for variant in built.variants} > {"original"}
    assert all(variant.certificate for variant in built.variants)
    assert f"{len(built.variants)} variants certified, {len(built.refusals)} refused" in result.stdout
    verified = plumbline(variables, "problems", "verify", "tiny")
    assert (verified.returncode, verified.stdout.split()[0]) == (0, str(len(built.variants)))
    listed = plumbline(variables, "problems", "list").stdout
    assert (
        f"tiny 1  Tiny: 1 problems, {len(built.variants)} variants, CC-BY-4.0, {built.sha256[:8]}" in listed
    )


def test_two_builds_in_workers_are_the_same_bytes(tmp_path: Path, variables: dict[str, str]) -> None:
    """But for the evidence, which says how long it took."""
    for folder in ("one", "two"):
        result = plumbline(variables, "problems", "build", "tiny", "--out", str(tmp_path / folder))
        assert result.returncode == 0, result.stderr
    one, two = ({**texts(tmp_path / name), "certificates.jsonl": ""} for name in ("one", "two"))
    assert one == two
    assert not (tmp_path / "benchmarks" / "tiny" / "problems.jsonl").exists()


def test_scheme_and_seed_can_be_told(tmp_path: Path, variables: dict[str, str]) -> None:
    """A set without seeds of its own uses those of the one it names, here in the variations of ASyMOB."""
    words = ("--scheme", "asymob", "--seed", "9", "--out", str(tmp_path / "out"))
    result = plumbline(variables, "problems", "build", "other", *words)
    assert result.returncode == 0, result.stderr
    built = load_set(texts(tmp_path / "out"))
    assert (built.name, built.provenance["scheme"], built.provenance["seed"]) == ("other", "asymob", "9")
    assert "Symbolic" in {variant.change["variation"] for variant in built.variants}
    assert len(built.variants) + len(built.refusals) == 1 + 1 + 10 + 10 + 50 + 10 + 10


def test_an_answer_that_is_wrong_is_not_published(tmp_path: Path, variables: dict[str, str]) -> None:
    """A factor lost in the seed refuses every variant that has it, with the reason."""
    seeds = tmp_path / "benchmarks" / "tiny" / "seeds" / "integrals.toml"
    seeds.write_text(SEED.replace(r"\frac{a^3}{3}", r"\frac{a^3}{2}"))
    result = plumbline(variables, "problems", "build", "tiny")
    assert result.returncode == 0, result.stderr
    assert "0 variants certified" in result.stdout
    refusals = list(map(json.loads, texts(tmp_path / "benchmarks" / "tiny")["refused.jsonl"].splitlines()))
    assert refusals
    assert all(refusal["reason"] for refusal in refusals)


def test_verify_fails_where_a_certificate_cannot_be_made_again(
    tmp_path: Path, variables: dict[str, str]
) -> None:
    """A set whose lines are consistent but whose answers are wrong: exit code 1, and the variants named."""
    folder = tmp_path / "benchmarks" / "tiny"
    assert plumbline(variables, "problems", "build", "tiny").returncode == 0
    built = load_set(texts(folder))
    first, *others = built.variants
    wrong = built.model_copy(
        update={"variants": (first.model_copy(update={"gold": r"\frac{8}{5}"}), *others)}
    )
    wrong = wrong.model_copy(update={"sha256": set_hash(header_of(wrong), wrong.variants)})
    for name, text in dump_set(wrong).items():
        (folder / name).write_text(text, encoding="utf-8")
    result = plumbline(variables, "problems", "verify", "tiny")
    assert result.returncode == 1
    assert first.id in result.stderr
    assert f"{len(others)} of {len(built.variants)} certificates hold" in result.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("build", "nothing"),
            "there is no problem set nothing, and no folder of one; there are: other, tiny",
        ),
        (("verify", "tiny"), "has no file set.json"),
    ],
)
def test_what_is_not_there_is_told_in_words(
    variables: dict[str, str], words: tuple[str, ...], told: str
) -> None:
    """The error says what is missing and what to do; there is no traceback."""
    result = plumbline(variables, "problems", *words)
    assert result.returncode == 2
    assert told in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr
