"""Judging in killable workers: order, limits, and attacks that cost one worker at most."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.grading import Case, Judges, Outcome
from app.grading.judge import judge
from app.main import read_texts
from app.problems.formats import native
from app.problems.problem import Variant
from app.problems.tasks import Instance
from tests.live import ROOT

ATTACKS = {
    "code": "__import__('os').system('touch /tmp/plumbline-attack')",
    "tower": "9**9**9**9",
    "latex tower": "10^{10^{10}}",
    "factorial": "(10^9)!",
    "nested factorials": "((((9!)!)!)!)!",
    "binomial": r"\binom{10^{9}}{5 \cdot 10^{8}}",
    "deep braces": "{" * 5000 + "12" + "}" * 5000,
    "deep brackets": "(" * 5000,
    "deep fractions": r"\frac{1}{" * 3000 + "1" + "}" * 3000,
    "a megabyte of digits": "1" * 1_000_000,
    "a megabyte of terms": "x+" * 500_000 + "1",
    "a megabyte of prose": "so the answer is " * 60_000,
    "open boxes": r"\boxed{" * 100_000,
    "closed boxes": r"\boxed{" * 20_000 + "12" + "}" * 20_000,
    "power of a sum": "(x+y+z+w)^{5000}",
    "sum of powers": "+".join(f"(x+{n})^{{60}}" for n in range(60)),
    "long sum": r"\sum_{n=1}^{10^{12}} \frac{1}{n}",
    "nested integrals": r"\int_0^1" * 30 + "x" + "dx" * 30,
    "nested roots": r"\sqrt{" * 60 + "2+x" + "}" * 60,
    "nested exponentials": "e^{" * 60 + "x" + "}" * 60,
    "nested sines": r"\sin(" * 60 + "x" + ")" * 60,
    "not a number": "nan",
    "zero over zero": "0/0",
    "complex infinity": "zoo",
    "every option": ", ".join(str(n) for n in range(200)),
    "the gold's name": "gold",
    "null": "\x00",
    "surrogates": "\ud800",
    "right to left": "\u202e21",
    "combining": "1" + "\u0301" * 5000,
}


@pytest.fixture(scope="module")
def judges() -> Iterator[Judges]:
    with Judges(workers=2, deadline=5.0, memory_mb=1024) as pool:
        yield pool


def test_attacks_are_never_correct(judges: Judges) -> None:
    """Nothing that a hostile answer does is accepted, and the answers after it are judged as ever."""
    cases = [Case(gold="12", answer=answer) for answer in ATTACKS.values()]
    cases += [Case(gold="x+1", answer=answer, kind="expression") for answer in ATTACKS.values()]
    verdicts = list(judges.judge_many([*cases, Case(gold="12", answer="12")]))
    names = [*ATTACKS, *ATTACKS]
    assert not [name for name, verdict in zip(names, verdicts, strict=False) if verdict.outcome == "correct"]
    assert verdicts[-1].outcome == "correct"


def test_verdicts_come_in_the_order_of_the_cases(judges: Judges) -> None:
    """Each verdict belongs to the case of its place."""
    cases = [Case(gold="7", answer=str(number % 9)) for number in range(60)]
    outcomes = [verdict.outcome for verdict in judges.judge_many(cases)]
    assert outcomes == [Outcome.CORRECT if number % 9 == 7 else Outcome.INCORRECT for number in range(60)]


def test_every_kind_of_task_goes_to_the_workers_and_is_kept_there() -> None:
    """Tasks are told apart by their hash, those with parameters by name too, and come out as they went in."""
    shipped = [*_shipped("core-mini"), *_shipped("functional")]
    tasks = {type(variant.task): variant for variant in shipped if variant.task is not None}
    assert tasks.keys() >= {Instance}
    for variant in tasks.values():
        case = Case(gold=variant.gold, answer=variant.gold, kind=variant.answer_kind, task=variant.task)
        assert pickle.loads(pickle.dumps(case)) == case  # noqa: S301
        assert hash(case.task) == hash(pickle.loads(pickle.dumps(case.task)))  # noqa: S301
        assert judge(case).outcome == Outcome.CORRECT


def _shipped(name: str) -> list[Variant]:
    return list(native.load_set(read_texts(ROOT / "benchmarks" / name)).variants)


def test_cases_are_taken_only_as_workers_need_them(judges: Judges) -> None:
    """An endless stream of cases can be judged."""
    taken = 0

    def stream() -> Iterator[Case]:
        nonlocal taken
        while True:
            taken += 1
            yield Case(gold="1", answer="1")

    verdicts = judges.judge_many(stream())
    assert [next(verdicts).outcome for _ in range(5)] == ["correct"] * 5
    assert taken <= 60


def test_threads_may_share_a_pool(judges: Judges) -> None:
    """Verdicts of one thread never reach another."""

    def count(number: int) -> int:
        cases = [Case(gold=str(number), answer=str(n)) for n in range(8)]
        return sum(verdict.outcome == "correct" for verdict in judges.judge_many(cases))

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(count, range(8))) == [1] * 8


def test_a_case_beyond_its_deadline_is_ungradable() -> None:
    """Time is a limit of ours, never a fault of the answer."""
    gold = ", ".join(rf"\sin({n} x) e^{{\sin({n} x)}}" for n in range(2, 400, 2))
    answer = ", ".join(rf"2\sin({n} x)\cos({n} x) e^{{\sin({2 * n} x)}}" for n in range(1, 200))
    slow = Case(gold=f"({gold})", answer=f"({answer})", kind="tuple")
    with Judges(workers=1, deadline=0.05, memory_mb=1024) as pool:
        verdict, after = pool.judge_many([slow, Case(gold="yes", answer="yes")])
    assert (verdict.outcome, verdict.method) == ("ungradable", "deadline")
    assert "deadline" in verdict.reason
    assert after.outcome == "correct"
