"""Coverage-guided fuzzing of the grader: from bytes to a gold, an answer and a kind, and one verdict.

Run: `.venv/bin/pip install -e '.[fuzz]'`, then `.venv/bin/python tests/fuzz/fuzz_grade.py
-max_total_time=1200`. It stops at an exception that reaches the caller, at a case of more than SLOWEST
seconds, and at a verdict that cannot be right: `correct` for an answer without any digit or letter when the
gold is a number. Verdicts that say that computer algebra gave up are printed once each, and the run goes
on.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["app"]):
    from app.grading import Case, Outcome
    from app.grading.answer_kinds import RULES
    from app.grading.judge import judge

CASES = Path(__file__).parents[1] / "grading" / "cases"
KINDS = (None, *RULES)
SEPARATOR = "\x00"
seen: set[str] = set()
SLOWEST = 10.0
"""Seconds of processor time; instrumented code is several times slower than the grader's deadline expects."""


def one_input(data: bytes) -> None:
    """Judges one case made of the bytes: a kind, and two texts with a zero byte between them."""
    provider = atheris.FuzzedDataProvider(data)
    kind = KINDS[provider.ConsumeIntInRange(0, len(KINDS) - 1)]
    text = provider.ConsumeUnicodeNoSurrogates(4000)
    gold, _, answer = text.partition(SEPARATOR)
    start = time.process_time()
    verdict = judge(Case(gold=gold, answer=answer, kind=kind))
    seconds = time.process_time() - start
    if seconds > SLOWEST:
        raise AssertionError(f"{seconds:.1f} s for {gold!r} and {answer!r} ({kind})")
    if verdict.outcome is Outcome.CORRECT and gold.strip().isdigit() and not any(map(str.isalnum, answer)):
        raise AssertionError(f"{answer!r} was taken for {gold!r}: {verdict.reason}")
    if verdict.method == "error" and (kind_of_error := verdict.reason[:90]) not in seen:
        seen.add(kind_of_error)
        print(f"gave up: {gold!r} | {answer!r} | {kind} | {verdict.reason}", file=sys.stderr)
    if not verdict.reason.endswith("."):
        raise AssertionError(f"no sentence of reason: {verdict.reason!r}")


def seeds(folder: Path) -> None:
    """Writes the regression set as a corpus."""
    for path in CASES.glob("*.jsonl"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            row = json.loads(line)
            place = KINDS.index(row.get("kind"))
            text = f"{row['gold']}{SEPARATOR}{row['answer'][:2000]}"
            # Numbers come from the end of the data, texts (with a byte for their kind) from its front.
            (folder / f"{path.stem}-{number}").write_bytes(b"\x05" + text.encode() + bytes([place]))


def main() -> None:
    """Fuzz with a corpus in a folder of its own, which is kept for the next run when one is given."""
    folders = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    corpus = Path(folders[0] if folders else tempfile.mkdtemp(prefix="plumbline-corpus-"))
    corpus.mkdir(parents=True, exist_ok=True)
    if not any(corpus.iterdir()):
        seeds(corpus)
    options = [argument for argument in sys.argv[1:] if argument.startswith("-")]
    atheris.Setup([sys.argv[0], *options, str(corpus)], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
