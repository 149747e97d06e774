"""The rewriting that says the same problem in another way: other sentences, and another style of notation."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from app.problems.errors import Refused
from app.problems.perturbations.base import PHRASINGS_DRAWN, Rewriting, Slot
from app.problems.problem import Variant
from app.problems.statements import statement

Style = Callable[[str], str]


def _inline_display(text: str) -> str:
    """Displayed formulas stand in the running text."""
    return re.sub(r"\s*\$\$(.*?)([.,]?)\$\$\s*", r" $\1$\2 ", text, flags=re.S).strip()


def _brackets(text: str) -> str:
    r"""`\[…\]` and `\(…\)` instead of dollar signs."""
    displayed = re.sub(r"\$\$(.*?)\$\$", r"\\[\1\\]", text, flags=re.S)
    return re.sub(r"\$(.*?)\$", r"\\(\1\\)", displayed, flags=re.S)


def _plain_fractions(text: str) -> str:
    r"""`\dfrac` for `\frac`, and `\displaystyle` formulas, as many books set them."""
    return text.replace(r"\frac", r"\dfrac")


def _lecture(text: str) -> str:
    """An opening as in a course's problem sheet."""
    return f"**Exercise.** {text}"


def _first_person(text: str) -> str:
    """A person who asks for help."""
    return f"I am stuck on this one and would like to see the final result.\n\n{text}"


def _closing(text: str) -> str:
    """A last sentence on the form of the answer."""
    return f"{text}\n\nWrite the final answer on a line of its own."


STYLES: dict[str, Style] = {
    "inline": _inline_display,
    "brackets": _brackets,
    "display-fractions": _plain_fractions,
    "exercise": _lecture,
    "request": _first_person,
    "closing": _closing,
}
"""Ways to set or to frame a statement that leave its mathematics alone, by name."""
CHOICES: tuple[tuple[str, ...], ...] = (
    *((name,) for name in STYLES),
    ("inline", "exercise"),
    ("inline", "request"),
    ("brackets", "closing"),
    ("brackets", "request"),
    ("exercise", "closing"),
    ("request", "closing"),
)
"""What each slot does to a statement."""


class Restatement(Rewriting):
    """Another phrasing of the operation, in another style; task and answer stay.

    Strength is the number of styles.
    """

    name = "restatement"

    def slots(self) -> Sequence[Slot]:
        """One style at a time, then two."""
        return [
            Slot(f"restatement-{number + 1}", float(len(chosen)), number=number)
            for number, chosen in enumerate(CHOICES)
        ]

    def rewrite(self, parent: Variant, slot: Slot, source: random.Random) -> Variant:
        """The parent said in another way; refused where that way is the parent's."""
        if parent.task is None:
            raise Refused("a variant without a typed task is not said in other ways")
        chosen = CHOICES[slot.number]
        text = statement(parent.task, parent.assumptions, source.randrange(PHRASINGS_DRAWN))
        for name in chosen:
            text = STYLES[name](text)
        if text == parent.statement:
            raise Refused("it reads as the original does")
        change = {**parent.change, "style": ", ".join(chosen)}
        return self.derive(parent, slot, statement=text, change=change)
