"""Coverage-guided search for texts that the grader stumbles over, or takes for right when they cannot be.

Run, after `.venv/bin/pip install -e '.[fuzz]'` (README.md beside this file says what comes of it):

    .venv/bin/python tests/fuzz/fuzz_grade.py [options of libFuzzer] [FOLDER | FILE ...]
"""

from __future__ import annotations

import json
import re
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any, get_args

import atheris

with atheris.instrument_imports(include=["app"]):
    from app.grading import Case, Outcome, Verdict
    from app.grading.judge import judge
    from app.problems.problem import AnswerKind

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "grading" / "cases"
WORK = ROOT / "var" / "fuzz"
DICTIONARY = WORK / "tokens.dict"
KINDS = (None, *get_args(AnswerKind))
SEPARATOR = "\x1e"
GOLD = "12"
"""The gold answer of an input that has no separator."""
SLOW = 5.0
STOPPED = 15.0
"""Seconds of processor time, of which coverage takes the larger part."""
OPTIONS = ("-timeout=120", "-rss_limit_mb=4096", "-max_len=1000", f"-artifact_prefix={WORK}/")

_WHOLE = re.compile(r"-?[0-9]{1,30}")
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[A-Za-z]{2,}|[^\w\s]{1,2}")
_VALUES = ("number", "expression", None)
"""The kinds under which a whole number as gold stands for its value."""


class _Stopped(BaseException):
    """An input took so long that it was stopped; not an Exception, so that nothing on the way swallows it."""


def decoded(data: bytes) -> Case:
    """A case of any bytes: the first one chooses the kind, a separator stands between gold and answer."""
    kind = KINDS[data[0] % len(KINDS)] if data else None
    gold, separator, answer = data[1:].decode("utf-8", errors="replace").partition(SEPARATOR)
    return Case(gold=gold, answer=answer, kind=kind) if separator else Case(gold=GOLD, answer=gold, kind=kind)


def encoded(case: Case) -> bytes:
    """The bytes that stand for a case."""
    return bytes([KINDS.index(case.kind)]) + f"{case.gold}{SEPARATOR}{case.answer}".encode()


def impossible(case: Case, verdict: Verdict) -> str | None:
    """Why the verdict must be wrong whatever the texts mean, if so."""
    if verdict.method == "error":
        return f"computer algebra gave up: {verdict.reason}"
    if not verdict.reason.endswith(".") or "\n" in verdict.reason or not verdict.trace:
        return "a verdict without a sentence of reason and a trace"
    if verdict.outcome is not Outcome.CORRECT or case.kind not in _VALUES or not _WHOLE.fullmatch(case.gold):
        return None
    if not any(mark.isnumeric() or mark.isalpha() for mark in case.answer):
        return "correct without a digit or a letter"
    if _WHOLE.fullmatch(case.answer) and int(case.answer) != int(case.gold):
        return "correct as another whole number"
    if judge(case.model_copy(update={"gold": str(int(case.gold) + 1)})).outcome is Outcome.CORRECT:
        return "correct for two golds that differ"
    return None


def try_one(data: bytes) -> None:
    """Judge one input and record what is wrong with how that went."""
    case = decoded(data)
    start = time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, STOPPED)
    try:
        problem = impossible(case, judge(case))
    except _Stopped as error:
        problem = f"stopped after {STOPPED:g} s, {_place(error)}"
    except Exception as error:
        problem = f"{type(error).__name__}, {_place(error)}: {error}"
    else:
        seconds = time.process_time() - start
        problem = problem or (f"{seconds:.1f} s" if seconds > SLOW else None)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    if problem is not None:
        _record(problem, case)


def _place(error: BaseException) -> str:
    """The innermost line of ours that the error came through."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if f"{ROOT}/app" in frame.filename]
    return f"{Path(ours[-1].filename).relative_to(ROOT)}:{ours[-1].lineno}" if ours else "outside app"


_known: set[str] = set()


def _record(problem: str, case: Case) -> None:
    """Write a finding down; an error only once for each place that it comes from."""
    if "app/" in problem or "gave up" in problem:
        place = problem[:90]
        if place in _known:
            return
        _known.add(place)
    finding: dict[str, Any] = {"problem": problem, **case.model_dump(include={"gold", "answer", "kind"})}
    with (WORK / "findings.jsonl").open("a", encoding="utf-8") as findings:
        findings.write(json.dumps(finding, ensure_ascii=False) + "\n")
    print(f"FOUND {problem}: {case!r}", file=sys.stderr)


def regression_set() -> Iterator[Case]:
    """The cases that the search begins with."""
    for path in sorted(CASES.glob("*.jsonl")):
        for text in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(text)
            yield Case(gold=row["gold"], answer=row["answer"], kind=row.get("kind"))


def prepare(corpus: Path) -> None:
    """Write the regression set into an empty corpus, and all its tokens into the dictionary."""
    cases = list(regression_set())
    WORK.mkdir(parents=True, exist_ok=True)
    corpus.mkdir(parents=True, exist_ok=True)
    if not any(corpus.iterdir()):
        for number, case in enumerate(cases):
            (corpus / f"regression-{number}").write_bytes(encoded(case))
    tokens = {token for case in cases for token in _TOKEN.findall(f"{case.gold} {case.answer}")}
    escaped = ("".join(f"\\x{byte:02x}" for byte in token.encode()) for token in sorted(tokens))
    DICTIONARY.write_text("".join(f'"{token}"\n' for token in escaped), encoding="ascii")


def _stop(number: int, frame: FrameType | None) -> None:
    raise _Stopped


def main() -> None:
    """Search on from the corpus in the folder given, or `var/fuzz/corpus`; files are judged instead."""
    options = [argument for argument in sys.argv[1:] if argument.startswith("-")]
    paths = [Path(argument) for argument in sys.argv[1:] if not argument.startswith("-")] or [WORK / "corpus"]
    if not paths[0].is_file():
        prepare(paths[0])
        options.insert(0, f"-dict={DICTIONARY}")
    signal.signal(signal.SIGVTALRM, _stop)
    atheris.Setup([sys.argv[0], *OPTIONS, *options, *map(str, paths)], try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
