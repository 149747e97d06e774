"""What an audit says of a stored answer, and how it comes from what was found at single points."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict

Outcome = Literal["right", "wrong", "ill-posed", "not checkable"]


class Judgement(BaseModel):
    """The outcome for one row; `reason` is the witness of a wrong or ill-posed one, or why nothing is said.

    `kind` sorts the reasons (`wording`, `malformed`, `divergence`, …); `method` names the check.
    """

    model_config = ConfigDict(frozen=True)

    outcome: Outcome
    reason: str
    kind: str = ""
    method: str = ""
    operation: str = ""


@dataclass
class Tally:
    """What was found at points: how many agree, what refutes, and what could not be decided."""

    agreed: int = 0
    refuted: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def judgement(self, method: str, needed: int) -> Judgement:
        """Right or wrong where `needed` points say so and none contradicts them.

        An answer that holds at some points and fails at others may be meant for a part of the domain, which
        the statement does not say: that is not judged.
        """
        if self.agreed and self.refuted:
            reason = f"it holds at {self.agreed} point(s) and fails at {len(self.refuted)}: {self.refuted[0]}"
            return Judgement(outcome="not checkable", reason=reason, kind="partly right", method=method)
        if self.agreed >= needed:
            reason = f"it agrees at {self.agreed} point(s)"
            return Judgement(outcome="right", reason=reason, method=method)
        if len(self.refuted) >= needed:
            return Judgement(outcome="wrong", reason=self.refuted[0], kind="refuted", method=method)
        reason = (self.unknown or self.refuted or ["too few points could be looked at"])[0]
        return Judgement(outcome="not checkable", reason=reason, kind="undecided", method=method)
