"""How the pages write numbers, mathematics and outcomes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from app.evaluation.ladder_reports import points as signed
from app.problems.differences import VariantDifference
from app.storage.records import SampleRow

LONGEST_FORMULA = 600
"""Characters of a formula that is drawn; a longer one stays text, since KaTeX makes it 177 times as long."""

OUTCOME_SIGNS = {"correct": "✓", "incorrect": "✗", "ungradable": "?", "failed": "!", "pending": "…"}
DEAD_TAGS = str.maketrans({"_": " ", "-": " "})


def percent(share: float | None) -> str:
    """A share between 0 and 1 as a percentage with one decimal."""
    return "–" if share is None else f"{100 * share:.1f}"


def points(drop: float | None) -> str:
    """Percentage points lost, with their sign: a drop of 3 is −3.0."""
    if drop is None:
        return "–"
    return f"{-drop:+.1f}".replace("-", "−").replace("+0.0", "0.0").replace("−0.0", "0.0")


def seconds(value: float | None) -> str:
    """Seconds with as many decimals as matter."""
    if value is None:
        return "–"
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def dollars(value: float | None) -> str:
    """A cost in US dollars; computer algebra is free."""
    return "–" if value is None else f"${value:.2f}"


def words(name: str) -> str:
    """An identifier as words: `definite_integral` → definite integral."""
    return name.translate(DEAD_TAGS)


def outcome(sample: SampleRow) -> str:
    """One word for what became of a sample."""
    if sample.verdict is not None:
        return sample.verdict.outcome.value
    return "failed" if sample.completion is not None and sample.completion.failed else "pending"


def drawable(formula: str | None) -> bool:
    """Whether a formula is short enough to be drawn."""
    return formula is not None and 0 < len(formula) <= LONGEST_FORMULA


def tally(differences: Iterable[VariantDifference]) -> Counter[str]:
    """How many variants were added, removed and changed."""
    return Counter(difference.what for difference in differences)


def fact(value: Any) -> str:
    """A value that somebody declared, as text: JSON unless it is text already."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


FILTERS: dict[str, Callable[[Any], Any]] = {
    "percent": percent,
    "points": points,
    "signed": signed,
    "fact": fact,
    "seconds": seconds,
    "dollars": dollars,
    "words": words,
    "outcome": outcome,
    "sign": OUTCOME_SIGNS.__getitem__,
    "drawable": drawable,
    "tally": tally,
}
