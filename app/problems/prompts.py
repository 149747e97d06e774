"""The text that puts a statement to a language model."""

from __future__ import annotations

INSTRUCTION = (
    "Solve the following problem. Work it out by hand, without running code. "
    "Give exact values, not decimal approximations. "
    "End with one final answer, written as a single LaTeX expression inside \\boxed{}."
)
CONDITIONS = "Assume that {relations}."


def prompt_text(statement: str, assumptions: tuple[str, ...] = ()) -> str:
    """The prompt for a problem's statement (markdown with `$…$`), asking for one answer in `\\boxed{}`.

    Assumptions are added only when the statement does not carry them itself.
    """
    unsaid = [relation for relation in assumptions if relation not in statement]
    conditions = CONDITIONS.format(relations=", ".join(f"${relation}$" for relation in unsaid))
    return "\n\n".join([INSTRUCTION, statement.strip(), *([conditions] if unsaid else [])])
