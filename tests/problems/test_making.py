"""The making of one problem's variants: each at most once, alone or together, with its refusal."""

import pytest

from app.maths import parse
from app.problems.making import Candidate, Making
from app.problems.perturbations import PERTURBATIONS, REWRITINGS
from app.problems.perturbations.base import Slot
from app.problems.problem import Problem, Refusal, Variant

ORIGINAL = Candidate(PERTURBATIONS["original"], Slot("original", 0.0))


def candidate(problem: Problem, label: str, parent: Candidate | None = None) -> Candidate:
    """The candidate of that label, made from the problem or, given one, from the parent."""
    if parent is not None:
        (found,) = (
            Candidate(rule, slot, parent)
            for rule in REWRITINGS.values()
            for slot in rule.slots()
            if slot.label == label
        )
        return found
    (found,) = (
        Candidate(rule, slot)
        for rule in PERTURBATIONS.values()
        for slot in rule.slots(problem)
        if slot.label == label
    )
    return found


def reason(made: Variant | Refusal) -> str:
    assert isinstance(made, Refusal)
    return made.reason


def test_a_candidate_is_made_once(problems: dict[str, Problem]) -> None:
    making = Making(problems["taylor"], 0)
    assert making.outcome(ORIGINAL) is making.outcome(ORIGINAL)


@pytest.mark.parametrize(
    "labels",
    [
        ("original",),
        ("symbolic-a",),
        ("numeric-repeat-5",),
        ("original", "equivalence-hard-3"),
        ("original", "distractor-2-1"),
        ("symbolic-a", "renaming-usual-2"),
        ("numeric-a-4", "restatement-8"),
    ],
)
def test_a_variant_can_be_made_again_alone(
    problems: dict[str, Problem], variants: dict[str, list[Variant]], labels: tuple[str, ...]
) -> None:
    """It is the one that the balanced scheme makes, if it has it, and the same after any others."""
    problem = problems["taylor"]
    made: Candidate | None = None
    for label in labels:
        made = candidate(problem, label, made)
    alone = Making(problem, 0).outcome(made)
    busy = Making(problem, 0)
    for slot in PERTURBATIONS["numeric"].slots(problem):
        busy.outcome(Candidate(PERTURBATIONS["numeric"], slot))
    assert busy.outcome(made) == alone
    by_id = {variant.id: variant for variant in variants["taylor"]}
    assert by_id.get(alone.id, alone) == alone


def test_kinds_and_labels_tell_what_was_done(problems: dict[str, Problem]) -> None:
    problem = problems["taylor"]
    symbolic = candidate(problem, "symbolic-a")
    assert (symbolic.kind, symbolic.label) == ("symbolic", "symbolic-a")
    rewritten = candidate(problem, "renaming-usual-1", ORIGINAL)
    assert (rewritten.kind, rewritten.label) == ("renaming", "renaming-usual-1")
    composed = candidate(problem, "renaming-usual-1", symbolic)
    assert (composed.kind, composed.label) == ("composition", "composition-symbolic-a-renaming-usual-1")


@pytest.mark.parametrize("label", ["symbolic-a", "numeric-a-1"])
@pytest.mark.parametrize("original_first", [True, False])
def test_an_answer_equal_to_that_of_the_original_is_refused(
    problems: dict[str, Problem], label: str, original_first: bool
) -> None:
    """Values are perturbed to change the answer; whether the original was made before does not matter."""
    problem = problems["gaussian"].model_copy(update={"gold": parse(r"\sqrt{\pi}")})
    making = Making(problem, 0)
    if original_first:
        making.outcome(ORIGINAL)
    assert reason(making.outcome(candidate(problem, label))) == "its answer is that of the original"


def test_a_rewriting_keeps_the_answer_and_is_not_refused_for_it(problems: dict[str, Problem]) -> None:
    made = Making(problems["gaussian"], 0).outcome(
        candidate(problems["gaussian"], "distractor-1-1", ORIGINAL)
    )
    assert isinstance(made, Variant)


@pytest.mark.parametrize(
    "label", ["equivalence-easy-1", "renaming-usual-1", "restatement-1", "distractor-1-1"]
)
def test_what_rewrites_a_refused_variant_is_refused(problems: dict[str, Problem], label: str) -> None:
    problem = problems["gaussian"].model_copy(update={"gold": parse("a!")})
    parent = candidate(problem, "numeric-a-9")
    making = Making(problem, 0)
    refusal = making.outcome(candidate(problem, label, parent))
    assert reason(refusal) == "gaussian/numeric-a-9, which it rewrites, is refused"
    assert refusal.variant == f"gaussian/composition-numeric-a-9-{label}"
    assert refusal.perturbation == "composition"
    assert "too large" in reason(making.outcome(parent))


def test_a_rewriting_of_nothing_is_a_mistake(problems: dict[str, Problem]) -> None:
    with pytest.raises(ValueError, match="names nothing to rewrite"):
        Making(problems["taylor"], 0).outcome(
            Candidate(REWRITINGS["renaming"], REWRITINGS["renaming"].slots()[0])
        )


def test_every_variant_says_from_which_seed_it_is(problems: dict[str, Problem]) -> None:
    problem = problems["taylor"]
    made = Making(problem, 77).outcome(candidate(problem, "distractor-1-1", candidate(problem, "symbolic-a")))
    assert isinstance(made, Variant)
    assert made.seed == 77
