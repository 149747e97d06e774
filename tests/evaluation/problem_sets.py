"""Small problem sets for tests of the evaluation: known numbers as gold answers, no mathematics to solve."""

from app.problems.problem import ProblemSet, Variant

GOLD = "4"
TOPICS = ("integrals", "limits")
PERTURBED = ("symbolic", "numeric", "equivalence")


def variant(problem: int, perturbation: str = "original", number: int = 0) -> Variant:
    """A variant whose statement names itself, so that a backend can tell the prompts apart."""
    suffix = perturbation if perturbation == "original" else f"{perturbation}-{number}"
    name = f"p{problem:02d}/{suffix}"
    return Variant(
        id=name,
        problem=f"p{problem:02d}",
        topic=TOPICS[problem % len(TOPICS)],
        level=1,
        perturbation=perturbation,
        statement=f"Compute $2+2$ ({name}).",
        answer_kind="number",
        gold=GOLD,
    )


def problem_set(problems: int = 4, numbers: int = 1, *, name: str = "tiny", version: str = "1") -> ProblemSet:
    """`problems` originals, each with `numbers` variants of each of three perturbations."""
    variants = [
        variant(problem, perturbation, number)
        for problem in range(problems)
        for perturbation in ("original", *PERTURBED)
        for number in range(1 if perturbation == "original" else numbers)
    ]
    return ProblemSet(
        name=name,
        version=version,
        title="Tiny",
        licence="CC-BY-4.0",
        card="For tests.",
        sha256=f"{problems:032x}{numbers:032x}",
        problems={
            v.problem: {
                "title": v.problem,
                "topic": v.topic,
                "level": 1,
                "source": "test",
                "derivation": "2+2=4",
            }
            for v in variants
        },
        variants=tuple(variants),
    )
