"""The order of samples: balanced from the beginning, complete at the end, and the same every time."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.evaluation.errors import InvalidRequest
from app.evaluation.plans import Candidate, balanced, chunk_count, plan
from app.problems.problem import ORIGINAL
from tests.evaluation.problem_sets import problem_set


def candidates(problems: int = 4, numbers: int = 1) -> list[Candidate]:
    """The tiny problem set, as planning sees it."""
    variants = problem_set(problems, numbers).variants
    return [Candidate(v.id, v.problem, v.topic, v.perturbation) for v in variants]


SHAPES = st.tuples(st.integers(1, 12), st.integers(0, 3))


@given(SHAPES, st.integers(1, 60))
def test_every_beginning_is_balanced(shape: tuple[int, int], limit: int) -> None:
    """Originals come first; among the rest no problem and no perturbation is more than a round ahead."""
    chosen = balanced(candidates(*shape))[:limit]
    kinds = [variant.perturbation for variant in chosen]
    assert kinds == sorted(kinds, key=lambda kind: kind != ORIGINAL)
    per_problem = Counter(variant.problem for variant in chosen)
    assert max(per_problem.values()) - min(per_problem[f"p{i:02d}"] for i in range(shape[0])) <= 1
    perturbed = Counter(kind for kind in kinds if kind != ORIGINAL)
    if perturbed:
        spread = max(perturbed.values()) - min(
            perturbed[kind] for kind in ("symbolic", "numeric", "equivalence")
        )
        assert spread <= 3


@given(SHAPES, st.integers(0, 1000))
def test_order_does_not_depend_on_the_order_given(shape: tuple[int, int], seed: int) -> None:
    """The plan is a function of the set of variants alone, and loses none of them."""
    variants = list(candidates(*shape))
    shuffled = random.Random(seed).sample(variants, len(variants))
    assert balanced(shuffled) == balanced(variants)
    assert {variant.id for variant in balanced(variants)} == {variant.id for variant in variants}


def test_topics_take_turns() -> None:
    """Even a limit of two covers both topics."""
    assert {variant.topic for variant in balanced(candidates(8))[:2]} == {"integrals", "limits"}


def test_repetitions_follow_a_whole_pass() -> None:
    """Everything is tried once before anything is tried twice."""
    samples = plan(candidates(2, 1), 3, 2)
    assert [repetition for _, repetition in samples] == [0, 0, 0, 1, 1, 1]
    assert samples[0][0] == samples[3][0]
    assert len(set(samples)) == 6


@pytest.mark.parametrize(("limit", "repetitions"), [(0, 1), (-1, 1), (None, 0), (None, 101)])
def test_nonsense_is_refused(limit: int | None, repetitions: int) -> None:
    """A limit or a number of repetitions out of bounds is an error that names the bounds."""
    with pytest.raises(InvalidRequest, match="must be"):
        plan(candidates(), limit, repetitions)


@pytest.mark.parametrize(("samples", "size", "chunks"), [(0, 4, 0), (1, 4, 1), (4, 4, 1), (5, 4, 2)])
def test_chunks_cover_all_samples(samples: int, size: int, chunks: int) -> None:
    """The last chunk may be short; none is empty."""
    assert chunk_count(samples, size) == chunks
