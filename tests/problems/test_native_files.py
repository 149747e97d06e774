"""The files of a built set: they round-trip, and every change to them is noticed where it is."""

import hashlib
import json

import pytest

from app.problems.build import build
from app.problems.differences import contents
from app.problems.errors import SetError
from app.problems.formats.native import dump_set, identify, load_set
from app.problems.identity import fields_hash
from app.problems.problem import Image, ProblemSet
from tests.problems.certifiers import CERTIFICATE, certify_all


@pytest.fixture(scope="module")
def problem_set(seeds_text: str) -> ProblemSet:
    """Three problems, a few variants each."""
    some = "[[problem]]".join(seeds_text.split("[[problem]]")[:4])
    built = build("example", {"seeds.toml": some}, scheme="mini", certify=certify_all, card="# Example\n")
    assert len(built.variants) > 8
    return built


@pytest.fixture
def texts(problem_set: ProblemSet) -> dict[str, str]:
    return dump_set(problem_set)


def test_a_set_is_the_same_after_its_files(problem_set: ProblemSet, texts: dict[str, str]) -> None:
    assert load_set(texts, tasks=False) == problem_set
    assert dump_set(load_set(texts)) == texts


def test_hashes_are_those_of_sha256sum(texts: dict[str, str]) -> None:
    for line in texts["SHA256"].splitlines():
        value, name = line.split("  ")
        assert hashlib.sha256(texts[name].encode()).hexdigest() == value


def test_lines_start_with_what_a_reader_looks_for(texts: dict[str, str]) -> None:
    keys = list(json.loads(texts["problems.jsonl"].splitlines()[0]))
    assert keys[:2] == ["id", "problem"]
    assert keys[-1] == "sha256"
    assert next(iter(json.loads(texts["certificates.jsonl"].splitlines()[0]))) == "variant"


def test_the_version_and_hash_of_a_set_are_known_without_reading_it(
    problem_set: ProblemSet, texts: dict[str, str]
) -> None:
    assert identify(texts["set.json"]) == (problem_set.name, problem_set.version, problem_set.sha256)
    with pytest.raises(SetError, match=r"set\.json, field 'name'"):
        identify("{}")


def test_a_set_whose_tasks_are_not_read_is_written_and_compared_as_ever(texts: dict[str, str]) -> None:
    unread, read = load_set(texts, tasks=False), load_set(texts)
    assert not any(
        variant.task == other.task for variant, other in zip(unread.variants, read.variants, strict=True)
    )
    assert dump_set(unread) == dump_set(read) == texts
    assert contents(unread) == contents(read)


def test_a_set_without_a_card_leaves_the_readme_alone(problem_set: ProblemSet) -> None:
    assert "README.md" not in dump_set(problem_set.model_copy(update={"card": ""}))


def test_the_card_may_be_edited(problem_set: ProblemSet, texts: dict[str, str]) -> None:
    assert load_set({**texts, "README.md": "# Better\n"}).sha256 == problem_set.sha256


def changed(texts: dict[str, str], name: str, old: str, new: str) -> dict[str, str]:
    assert old in texts[name]
    return {**texts, name: texts[name].replace(old, new, 1)}


def test_a_changed_answer_is_named_with_its_line(texts: dict[str, str]) -> None:
    lines = texts["problems.jsonl"].split("\n")
    name = json.loads(lines[2])["id"]
    lines[2] = lines[2].replace('"level": 1', '"level": 2')
    with pytest.raises(SetError, match=rf"problems\.jsonl, line 3: {name} is not what its sha256"):
        load_set({**texts, "problems.jsonl": "\n".join(lines)})


def test_a_removed_variant_is_noticed(texts: dict[str, str]) -> None:
    fewer = texts["problems.jsonl"].split("\n", 1)[1]
    with pytest.raises(SetError, match="added or removed"):
        load_set({**texts, "problems.jsonl": fewer})


def test_a_change_that_carries_its_own_hash_is_noticed_all_the_same(texts: dict[str, str]) -> None:
    """Whoever changes a line and its hash has not changed the set's."""
    fields = json.loads(texts["problems.jsonl"].split("\n", 1)[0])
    fields.pop("sha256")
    changed_fields = {**fields, "gold": "7"}
    line = json.dumps({**changed_fields, "sha256": fields_hash(changed_fields)}, ensure_ascii=False)
    rest = texts["problems.jsonl"].split("\n", 1)[1]
    with pytest.raises(SetError, match=r"set\.json, field 'sha256'"):
        load_set({**texts, "problems.jsonl": f"{line}\n{rest}"})


def test_lines_in_another_order_are_noticed(texts: dict[str, str]) -> None:
    first, second, *rest = texts["problems.jsonl"].split("\n")
    with pytest.raises(SetError, match=r"problems\.jsonl: its bytes"):
        load_set({**texts, "problems.jsonl": "\n".join([second, first, *rest])})


def test_evidence_may_be_made_again_without_another_hash(
    problem_set: ProblemSet, texts: dict[str, str]
) -> None:
    """Certificates hold times and versions, so neither the set's hash nor SHA256 speaks of them."""
    again = load_set(changed(texts, "certificates.jsonl", "by hand", "by machine"))
    assert again.sha256 == problem_set.sha256
    assert again.variants[0].certificate == CERTIFICATE.model_copy(update={"method": "by machine"})
    assert dump_set(again)["SHA256"] == texts["SHA256"]


def test_certificates_belong_to_variants_by_name(problem_set: ProblemSet, texts: dict[str, str]) -> None:
    lines = texts["certificates.jsonl"].split("\n")
    assert (
        load_set({**texts, "certificates.jsonl": "\n".join([*reversed(lines[:-1]), ""])}, tasks=False)
        == problem_set
    )
    fewer = load_set({**texts, "certificates.jsonl": "\n".join(lines[1:])})
    assert [one.id for one in fewer.variants if one.certificate is None] == [problem_set.variants[0].id]
    without = load_set({name: text for name, text in texts.items() if name != "certificates.jsonl"})
    assert {one.certificate for one in without.variants} == {None}


def test_a_certificate_that_is_none_is_named_with_its_line(texts: dict[str, str]) -> None:
    first, rest = texts["certificates.jsonl"].split("\n", 1)
    broken = f"{first}\n{rest.replace(chr(34) + 'points' + chr(34), chr(34) + 'pints' + chr(34), 1)}"
    with pytest.raises(SetError, match=r"certificates\.jsonl, line 2, field 'points'"):
        load_set({**texts, "certificates.jsonl": broken})


def test_images_and_origin_are_kept_and_are_nothing_where_there_are_none(problem_set: ProblemSet) -> None:
    first, *others = problem_set.variants
    picture = Image(path="images/1.png", sha256="0" * 64)
    imported = first.model_copy(update={"images": (picture,), "origin": {"line": "7"}})
    texts = dump_set(problem_set.model_copy(update={"variants": (imported, *others)}))
    lines = list(map(json.loads, texts["problems.jsonl"].splitlines()))
    assert lines[0]["origin"] == {"line": "7"}
    assert lines[0]["images"] == [{"path": "images/1.png", "sha256": "0" * 64}]
    assert not {"images", "origin"} & set(lines[1])


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
    first, rest = texts["problems.jsonl"].split("\n", 1)
    fields = {**json.loads(first), "colour": "red"}
    fields.pop("sha256")
    line = json.dumps({**fields, "sha256": fields_hash(fields)}, ensure_ascii=False)
    with pytest.raises(SetError, match=r"problems\.jsonl, line 1, field 'colour'"):
        load_set({**texts, "problems.jsonl": f"{line}\n{rest}"})


def test_line_separators_inside_a_text_end_no_line(problem_set: ProblemSet) -> None:
    first = problem_set.variants[0]
    odd = first.model_copy(update={"statement": first.statement + " \u2028 "})
    (line,) = dump_set(problem_set.model_copy(update={"variants": (odd,)}))["problems.jsonl"].split("\n")[:-1]
    assert json.loads(line)["statement"] == odd.statement
