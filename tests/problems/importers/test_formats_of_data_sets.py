"""What each format's rows become: families, perturbations, answers and what the source says of them."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from app.problems.importers import REGISTRY, ImportFailed
from app.problems.importers.mathverse import ONLY_IN_THE_IMAGE
from app.problems.importers.pictures import AlbumInMemory
from app.problems.problem import Variant
from tests.problems.importers.rows_of import PNG, imported

BOTTLES = {
    "question": "Ann fills 3 boxes with 1,200 bottles each. How many?",
    "answer": "3*1200=<<3*1200=3600>>3600\n#### 3,600",
}


def only(importer: str, row: dict[str, Any], **about: Any) -> Variant:
    """The one variant of a row."""
    (variant,) = imported(importer, [row], **about)[0].variants
    return variant


def test_every_importer_says_what_it_reads_and_under_which_licence() -> None:
    for importer in REGISTRY.values():
        assert importer.describe
        assert importer.licence
        assert importer.version


def test_gsm8k_gives_numbers_with_their_derivation() -> None:
    problem_set, _ = imported("gsm8k", [BOTTLES])
    (variant,) = problem_set.variants
    assert (variant.gold, variant.answer_kind, variant.perturbation) == ("3600", "number", "original")
    assert problem_set.problems[variant.problem]["derivation"] == "3*1200=3600"
    assert variant.statement == BOTTLES["question"]


def test_gsm_symbolic_gathers_the_instances_of_a_template_with_its_original() -> None:
    rows = [
        {
            "id": 4,
            "instance": number,
            "original_id": 71,
            "canary": "mark",
            "question": f"Bo has {number} pens and buys 2. How many?",
            "answer": f"{number}+2\n#### {number + 2}",
            "original_question": "Bo has 5 pens and buys 2. How many?",
            "original_answer": "5+2=<<5+2=7>>7\n#### 7",
        }
        for number in range(3)
    ]
    problem_set, report = imported("gsm-symbolic", rows, file="p1/test.jsonl")
    assert [variant.id for variant in problem_set.variants] == [
        "gsm-symbolic-71/original",
        "gsm-symbolic-71/instance-p1-0",
        "gsm-symbolic-71/instance-p1-1",
        "gsm-symbolic-71/instance-p1-2",
    ]
    original, first, *_ = problem_set.variants
    assert (original.gold, first.gold, first.perturbation, first.strength) == ("7", "2", "parametric", 1.0)
    assert first.origin["canary"] == "mark"
    assert report.refused == 0


def test_gsm_plus_names_its_perturbations_as_ours() -> None:
    seed = {
        "seed_question": "Cy eats 2 of 6 plums. How many are left?",
        "seed_answer": "4",
        "seed_solution": "6-2",
    }
    changes = {
        "numerical substitution": ("numeric", "5"),
        "distraction insertion": ("distractor", "4"),
        "problem understanding": ("restatement", "4"),
        "reversing operation": ("reversal", "2"),
        "critical thinking": ("critical-thinking", None),
    }
    rows = [
        {**seed, "question": f"{name}: how many?", "answer": answer, "perturbation_type": name}
        for name, (_, answer) in changes.items()
    ]
    problem_set, report = imported("gsm-plus", rows)
    original, *perturbed = problem_set.variants
    assert (original.gold, original.perturbation) == ("4", "original")
    assert [variant.perturbation for variant in perturbed] == [name for name, _ in changes.values()]
    assert len(problem_set.problems) == 1
    _, twice = imported("gsm-plus", [*rows, rows[0]])
    assert dict(twice.reasons) == {"the row is there twice": 1}
    assert (perturbed[-1].gold, perturbed[-1].answer_kind) == ("none", "text")
    assert report.refused == 0


def test_math_takes_the_box_of_the_solution_and_keeps_the_level() -> None:
    row = {
        "problem": "What is $2+2$?",
        "solution": r"It is $\boxed{\frac{8}{2}}$.",
        "level": "Level 5",
        "type": "Counting & Probability",
    }
    variant = only("math", row)
    assert (variant.gold, variant.answer_kind, variant.level) == (r"\frac{8}{2}", "number", 3)
    assert (variant.topic, variant.origin["level"]) == ("counting-probability", "Level 5")


def test_math_500_has_an_answer_of_its_own_and_an_id() -> None:
    row = {
        "problem": "Where?",
        "solution": "…",
        "answer": r"\left( 3, 4 \right)",
        "subject": "Algebra",
        "level": 1,
        "unique_id": "test/algebra/7.json",
    }
    variant = only("math-500", row)
    assert (variant.problem, variant.gold, variant.answer_kind) == (
        "math-test-algebra-7", r"\left( 3, 4 \right)", "tuple",
    )  # fmt: skip
    assert variant.level == 1


@pytest.mark.parametrize(
    ("file", "row", "perturbation"),
    [
        ("math_perturb_simple.jsonl", {}, "simple"),
        ("math_perturb_hard.jsonl", {}, "hard"),
        ("all.jsonl", {"perturbation": "Hard"}, "hard"),
        ("original.jsonl", {}, "original"),
    ],
)
def test_math_perturb_is_told_by_column_or_file(file: str, row: dict[str, str], perturbation: str) -> None:
    full = {
        "problem_id": "12",
        "problem": "What is $2+3$?",
        "answer": "$5$",
        "level": "Level 5",
        "type": "Algebra",
        **row,
    }
    variant = only("math-perturb", full, file=file)
    assert (variant.id, variant.perturbation) == (f"math-perturb-12/{perturbation}", perturbation)
    assert variant.gold == "5"


def test_math_perturb_brings_the_original_where_the_row_has_it() -> None:
    row = {
        "problem_id": "12",
        "problem": "What is $2+3$?",
        "answer": "5",
        "original_problem": "What is $2+2$?",
        "original_answer": "4",
    }
    problem_set, _ = imported("math-perturb", [row], file="hard.jsonl")
    assert [(variant.id, variant.gold) for variant in problem_set.variants] == [
        ("math-perturb-12/original", "4"), ("math-perturb-12/hard", "5"),
    ]  # fmt: skip


def test_omni_math_has_a_domain_and_a_difficulty() -> None:
    row = {
        "domain": ["Mathematics -> Number Theory -> Primes"],
        "difficulty": 7.5,
        "problem": "Which prime is even?",
        "solution": "It is 2.",
        "answer": "2",
        "source": "made_up",
    }
    variant = only("omni-math", row)
    assert (variant.topic, variant.level, variant.origin["difficulty"]) == ("number-theory", 3, "7.5")
    assert variant.problem.startswith("made-up-")


@pytest.mark.parametrize(("answer", "gold"), [("073", "73"), (204, "204"), ("$0$", "0")])
def test_aime_answers_are_small_integers(answer: str | int, gold: str) -> None:
    variant = only("aime", {"ID": "2031-I-4", "Problem": "Find it.", "Answer": answer})
    assert (variant.problem, variant.gold, variant.answer_kind) == ("aime-2031-i-4", gold, "number")


@pytest.mark.parametrize("answer", ["1000", "-3", "1/2", "7 or 8"])
def test_aime_refuses_what_cannot_be_an_answer(answer: str) -> None:
    rows = [
        {"id": 1, "year": 2031, "problem": "A", "answer": "1"},
        {"id": 2, "year": 2031, "problem": "B", "answer": answer},
    ]
    problem_set, report = imported("aime", rows)
    assert list(problem_set.problems) == ["aime-2031-1"]
    assert dict(report.reasons) == {"column 'answer': it is not an integer from 0 to 999": 1}
    assert problem_set.refusals[0].reason.startswith("rows.jsonl, line 2, column 'answer'")


def test_u_math_takes_the_label_off_and_the_image_along() -> None:
    album = AlbumInMemory()
    row = {
        "uuid": "ab-12",
        "subject": "integral_calc",
        "has_image": True,
        "image": "data:image/png;base64," + base64.b64encode(PNG).decode(),
        "problem_statement": "Estimate the area.",
        "golden_answer": "The final answer: $0.5$",
    }
    variant = only("u-math", row, album=album)
    assert (variant.gold, variant.answer_kind, variant.topic) == ("0.5", "number", "integral-calc")
    assert variant.origin["golden answer"] == "The final answer: $0.5$"
    (image,) = variant.images
    assert album.kept == {image.path: PNG}


def test_mwpbench_keeps_the_licence_of_each_item() -> None:
    rows = [
        {
            "data_topic": "calculus",
            "data_source": "college_math.a",
            "question": "Find $1+1$.",
            "answer": "$2$",
            "license": "CC BY 4.0",
            "question_number": "1.2",
        },
        {
            "data_topic": "calculus",
            "data_source": "college_math.b",
            "question": "Find $1+2$.",
            "answer": "3",
            "license": "GFDL",
            "question_number": "7",
        },
    ]
    problem_set, _ = imported("mwpbench", rows, file="full.json")
    assert [variant.origin["licence"] for variant in problem_set.variants] == ["CC BY 4.0", "GFDL"]
    assert [variant.gold for variant in problem_set.variants] == ["2", "3"]


def mathverse_row(version: str, **fields: Any) -> dict[str, Any]:
    return {
        "sample_index": "1",
        "problem_index": "9",
        "problem_version": version,
        "question": f"{version}: how long is AB?\nChoices:\nA:1\nB:2",
        "question_for_eval": "How long is AB?\nChoices:\nA:1\nB:2",
        "image": "images_version_1-4/image_9.png",
        "answer": "B",
        "question_type": "multi-choice",
        "metadata": {
            "split": "testmini",
            "source": "made up",
            "subject": "Plane Geometry",
            "subfield": "Length",
        },
        **fields,
    }


def test_mathverse_gathers_six_versions_of_one_problem() -> None:
    album = AlbumInMemory({"images_version_1-4/image_9.png": PNG, "solo.png": PNG + b"1"})
    rows = [
        mathverse_row("Text Dominant"),
        mathverse_row("Text Lite"),
        mathverse_row("Vision Intensive"),
        mathverse_row("Vision Dominant"),
        mathverse_row(
            "Vision Only", question="", image={"bytes": base64.b64encode(PNG + b"2").decode(), "path": None}
        ),
        mathverse_row("Text_Only", image=""),
    ]
    problem_set, report = imported("mathverse", rows, album=album)
    assert report.refused == 0
    assert {variant.problem for variant in problem_set.variants} == {"mathverse-9"}
    assert [variant.perturbation for variant in problem_set.variants] == [
        "original", "text-lite", "vision-intensive", "vision-dominant", "vision-only", "text-only",
    ]  # fmt: skip
    assert {variant.answer_kind for variant in problem_set.variants} == {"choice"}
    assert [len(variant.images) for variant in problem_set.variants] == [1, 1, 1, 1, 1, 0]
    assert problem_set.variants[4].statement == ONLY_IN_THE_IMAGE
    assert problem_set.variants[0].origin["subfield"] == "Length"
    assert len(album.kept) == 2


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"image": "images/none.png"}, "column 'image': the image is not there"),
        ({"image": "../../secret.png"}, "column 'image': the image is not there"),
        ({"image": "AAAA" * 30}, "column 'image': the image is none of PNG, JPEG, GIF and WebP"),
        ({"image": 7}, "column 'image': it is no image"),
        ({"image": None}, "column 'image': the version shows an image, and there is none"),
        ({"problem_version": "Sound Only"}, "column 'problem_version': it is no version of MathVerse"),
        ({"question": ""}, "column 'question': it is empty"),
    ],
)
def test_mathverse_refuses_rows_without_what_they_show(row: dict[str, Any], reason: str) -> None:
    good = mathverse_row("Text Only", problem_index="1")
    _, report = imported("mathverse", [good, mathverse_row("Text Lite", **row)])
    assert dict(report.reasons) == {reason: 1}


def test_a_file_of_another_format_is_not_refused_row_by_row() -> None:
    rows = [{"a": number} for number in range(1000)]
    with pytest.raises(ImportFailed, match="none of the first 100 rows is of the format gsm8k") as raised:
        imported("gsm8k", rows)
    assert "rows.jsonl, line 1, column 'question': there is no such column; the row has a" in str(
        raised.value
    )


def test_an_empty_file_holds_nothing() -> None:
    with pytest.raises(ImportFailed, match="holds no rows"):
        imported("gsm8k", b"\n\n")
