"""The files of a built set: they round-trip, and every change to them is noticed where it is."""

import hashlib
import json
from collections.abc import Sequence

import pytest

from app.problems.build import build
from app.problems.errors import SetError
from app.problems.formats.native import dump_set, identify, load_set
from app.problems.problem import Certificate, ProblemSet, Variant


def certify_all(variants: Sequence[Variant]) -> list[Certificate | str]:
    return [Certificate(method="by hand", digits=None, points=1) for _ in variants]


@pytest.fixture(scope="module")
def problem_set(seeds_text: str) -> ProblemSet:
    some = "[[problem]]".join(seeds_text.split("[[problem]]")[:4])
    return build("example", some, None, certify_all, card="# Example\n")


@pytest.fixture
def texts(problem_set: ProblemSet) -> dict[str, str]:
    return dump_set(problem_set)


def test_a_set_is_the_same_after_its_files(problem_set: ProblemSet, texts: dict[str, str]) -> None:
    assert load_set(texts) == problem_set
    assert dump_set(load_set(texts)) == texts


def test_hashes_are_those_of_sha256sum(texts: dict[str, str]) -> None:
    for line in texts["SHA256"].splitlines():
        value, name = line.split("  ")
        assert hashlib.sha256(texts[name].encode()).hexdigest() == value


def test_lines_start_with_what_a_reader_looks_for(texts: dict[str, str]) -> None:
    keys = list(json.loads(texts["problems.jsonl"].splitlines()[0]))
    assert keys[:2] == ["id", "problem"]
    assert keys[-2:] == ["certificate", "sha256"]


def test_the_version_and_hash_of_a_set_are_known_without_reading_it(
    problem_set: ProblemSet, texts: dict[str, str]
) -> None:
    assert identify(texts["set.json"]) == (problem_set.name, problem_set.version, problem_set.sha256)
    with pytest.raises(SetError, match=r"set\.json, field 'name'"):
        identify("{}")


def test_a_set_without_a_card_leaves_the_readme_alone(problem_set: ProblemSet) -> None:
    assert "README.md" not in dump_set(problem_set.model_copy(update={"card": ""}))


def test_the_card_may_be_edited(problem_set: ProblemSet, texts: dict[str, str]) -> None:
    assert load_set({**texts, "README.md": "# Better\n"}).sha256 == problem_set.sha256


def changed(texts: dict[str, str], name: str, old: str, new: str) -> dict[str, str]:
    assert old in texts[name]
    return {**texts, name: texts[name].replace(old, new, 1)}


def test_a_changed_answer_is_named_with_its_line(texts: dict[str, str]) -> None:
    lines = texts["problems.jsonl"].split("\n")
    lines[2] = lines[2].replace('"level": 1', '"level": 2')
    with pytest.raises(
        SetError, match=r"problems\.jsonl, line 3: gaussian/numeric-a-1 is not what its sha256"
    ):
        load_set({**texts, "problems.jsonl": "\n".join(lines)})


def test_a_removed_variant_is_noticed(texts: dict[str, str]) -> None:
    fewer = texts["problems.jsonl"].split("\n", 1)[1]
    with pytest.raises(SetError, match="added or removed"):
        load_set({**texts, "problems.jsonl": fewer})


def test_a_changed_certificate_is_noticed(texts: dict[str, str]) -> None:
    with pytest.raises(SetError, match=r"problems\.jsonl: its bytes"):
        load_set(changed(texts, "problems.jsonl", "by hand", "by luck"))


def test_a_changed_header_is_noticed(texts: dict[str, str]) -> None:
    with pytest.raises(SetError, match=r"set\.json, field 'sha256'"):
        load_set(changed(texts, "set.json", '"version": "7"', '"version": "8"'))


@pytest.mark.parametrize("name", ["set.json", "problems.jsonl", "refused.jsonl", "SHA256"])
def test_a_missing_file_is_named(texts: dict[str, str], name: str) -> None:
    with pytest.raises(SetError, match=name):
        load_set({other: text for other, text in texts.items() if other != name})


def test_a_line_that_is_not_json_is_named(texts: dict[str, str]) -> None:
    with pytest.raises(SetError, match=r"problems\.jsonl, line 1: not JSON"):
        load_set({**texts, "problems.jsonl": "{" + texts["problems.jsonl"]})


def test_an_unknown_field_is_named(texts: dict[str, str]) -> None:
    with pytest.raises(SetError, match=r"problems\.jsonl, line 1, field 'colour'"):
        load_set(changed(texts, "problems.jsonl", '"problem":', '"colour": "red", "problem":'))


def test_line_separators_inside_a_text_end_no_line(problem_set: ProblemSet) -> None:
    first = problem_set.variants[0]
    odd = first.model_copy(update={"statement": first.statement + " \u2028 "})
    (line,) = dump_set(problem_set.model_copy(update={"variants": (odd,)}))["problems.jsonl"].split("\n")[:-1]
    assert json.loads(line)["statement"] == odd.statement
