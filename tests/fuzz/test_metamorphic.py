"""A verdict survives every rewriting of the answer, and no mutation is taken for right."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.grading import Case, Outcome, Verdict
from app.grading.judge import judge
from app.problems.problem import AnswerKind
from tests.fuzz.strategies import COMPLETIONS, EXAMPLES, Example

SEARCH = int(os.environ.get("FUZZ_EXAMPLES", "0"))
"""Look at so many new examples of each property; by default the same few are checked each time."""

INFERRED = ("expression", "number")
"""The kinds that every gold answer here tells by itself: `(1, 2)` might be a point or an interval."""

some = settings(
    max_examples=SEARCH or 60,
    derandomize=not SEARCH,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


class Stumble(NamedTuple):
    """A way of writing that the grader is known to misread, and the smallest equal answer that shows it."""

    texts: str
    gold: str
    answer: str
    kind: AnswerKind | None


STUMBLES = {
    "a matrix of the Wolfram language is taken for a set": Stumble(
        r"\{\{", r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", "{{1,2},{3,4}}", "matrix"
    ),
    "a sum of irrational powers in an exponent is taken for too large": Stumble(
        r"(?:exp\(|Exp\[|e\^).*[sS]in", "e", r"e^{\sin(2)^2+\cos(2)^2}", "number"
    ),
    "a longer line with words in it is taken for prose": Stumble(
        r".{400}", r"\{1, 2\}", "x = 1" + " + 0" * 100 + r" \text{ or } x = 2", "solution_set"
    ),
}
"""Not generated until they are mended; then the test below says so, and the entry goes."""


def judged(gold: str, answer: str, kind: AnswerKind | None) -> Verdict:
    """The verdict, which always says why."""
    verdict = judge(Case(gold=gold, answer=answer, kind=kind))
    assert verdict.reason.endswith(".")
    assert "\n" not in verdict.reason
    assert verdict.trace
    return verdict


def drawn(data: st.DataObject, name: str) -> Example:
    """An example that is written in none of the ways known to be misread."""
    example = data.draw(EXAMPLES[name])
    texts = (example.gold, example.equal, example.wrong)
    assume(not any(re.search(known.texts, text) for known in STUMBLES.values() for text in texts))
    return example


@pytest.mark.parametrize("name", EXAMPLES)
@some
@given(data=st.data())
def test_an_equal_answer_is_correct_however_it_is_written(name: str, data: st.DataObject) -> None:
    """Rewritten, in another style, in a completion, and with gold and answer changed about."""
    example = drawn(data, name)
    completion = data.draw(COMPLETIONS).format(example.equal)
    kind = None if example.kind in INFERRED and data.draw(st.booleans()) else example.kind
    verdict = judged(example.gold, completion, kind)
    assert verdict.outcome is Outcome.CORRECT, verdict
    verdict = judged(example.equal, example.gold, kind)
    assert verdict.outcome is Outcome.CORRECT, verdict


@pytest.mark.parametrize("name", EXAMPLES)
@some
@given(data=st.data())
def test_an_unequal_answer_is_never_correct(name: str, data: st.DataObject) -> None:
    """A changed coefficient, sign, bound or member is seen, whichever of the two is the gold answer."""
    example = drawn(data, name)
    completion = data.draw(COMPLETIONS).format(example.wrong)
    assert judged(example.gold, completion, example.kind).outcome is not Outcome.CORRECT
    assert judged(example.wrong, example.gold, example.kind).outcome is not Outcome.CORRECT


@pytest.mark.parametrize("known", STUMBLES)
@pytest.mark.xfail(strict=True, reason="known and not yet mended")
def test_what_is_known_to_be_misread(known: str) -> None:
    """When one of these passes, delete it above, so that examples are written that way again."""
    stumble = STUMBLES[known]
    assert judged(stumble.gold, stumble.answer, stumble.kind).outcome is Outcome.CORRECT
