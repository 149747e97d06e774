"""A small set with what makes formats stumble: quotes, newlines, commas, braces, images, and gaps."""

from app.problems.problem import Certificate, Image, ProblemSet, Refusal, Variant
from app.problems.tasks import IndefiniteIntegral

PIXEL = bytes.fromhex("89504e470d0a1a0a")
CHECKED = Variant(
    id="int-one/original",
    problem="int-one",
    topic="indefinite integrals",
    level=1,
    perturbation="original",
    parameters={"a": "2"},
    statement='Find $\\int 2\\,dx$,\n\n"up to a constant"; note: {{x}}, 数学.',
    answer_kind="antiderivative",
    gold="2 x",
    assumptions=("a > 0", "a \\ne 1"),
    task=IndefiniteIntegral(integrand="2", variable="x"),
    seed=7,
    certificate=Certificate(method="derivative-residual", digits=50, points=8),
)
VARIED = CHECKED.model_copy(
    update={
        "id": "int-one/symbolic-a",
        "perturbation": "symbolic",
        "strength": 1.0,
        "parameters": {"a": "a"},
        "gold": "a x",
        "certificate": Certificate(method="derivative-residual", digits=None, points=3),
    }
)
IMPORTED = Variant(
    id="row-9",
    problem="row-9",
    topic="geometry",
    level=3,
    perturbation="original",
    statement="How long is the side?",
    answer_kind="number",
    gold="=3",
    images=(Image(path="images/one.jpg", sha256="d" * 64),),
    origin={"file": "rows.jsonl", "line": "9", "licence": "MIT"},
)
SMALL = ProblemSet(
    name="small-set",
    version="1.2",
    title='Small: a "set"',
    licence="CC-BY-4.0",
    card="# Small\n\n## Why\n\nFor tests.",
    sha256="e" * 64,
    problems={
        "int-one": {"title": "One | two", "topic": "indefinite integrals", "level": 1, "source": "us"},
        "row-9": {"title": "Row 9", "topic": "geometry", "level": 3},
    },
    provenance={"scheme": "balanced"},
    reasons={"int-one": "a constant lacked"},
    variants=(CHECKED, VARIED, IMPORTED),
    refusals=(Refusal(variant="int-one/x", perturbation="numeric", statement="…", reason="it diverges"),),
)


def written(exporter, options, problem_set=SMALL):
    """The bytes of each file that an exporter makes."""
    return {name: b"".join(parts) for name, parts in exporter.files(problem_set, options)}
