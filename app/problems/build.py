"""From seeds to a published set: read, perturb, certify, keep what is certified, say why of the rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.problems.certificates import certify
from app.problems.errors import Refused, SeedError
from app.problems.formats.native import as_in_files, header_of
from app.problems.formats.seeds import SetHeader, read_seeds
from app.problems.identity import canonical, set_hash
from app.problems.problem import Certificate, Problem, ProblemSet, Refusal, Variant
from app.problems.schemes import SCHEMES

GENERATOR = "2"
"""Version of the rules: raised whenever the same seeds would give other variants."""
BATCH = 12
"""Variants that are certified in one call of a worker."""
SPREADS_EVIDENCE = ("balanced", "asymob")
"""Schemes in which a rewritten variant rests on its parent's certificate; others certify each for itself."""

Run = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""Maps a function over items, in order; a text in a result's place says why there is none."""
Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""


@dataclass(frozen=True)
class Batch:
    """Variants to certify together; those that were made from `parent` may rest on its certificate."""

    variants: tuple[Variant, ...]
    parent: Variant | None = None


Outcomes = list["Certificate | str"]
"""Of each variant of a batch: its certificate, or the reason why it is refused."""
CertifyBatch = Callable[[Batch], Outcomes]


def certify_batch(batch: Batch) -> Outcomes:
    """Certifies each variant, with the processor time that it took."""
    outcomes: Outcomes = []
    for variant in batch.variants:
        start = time.process_time()
        try:
            certificate = certify(variant, batch.parent)
        except Refused as refused:
            outcomes.append(refused.reason)
        else:
            seconds = round(time.process_time() - start, 4)
            outcomes.append(certificate.model_copy(update={"seconds": seconds}))
    return outcomes


def inline(function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
    """Runs in this process, one after the other."""
    return map(function, items)


def silent(what: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def build(
    name: str,
    texts: Mapping[str, str],
    *,
    scheme: str | None = None,
    seed: int | None = None,
    run: Run = inline,
    certify: CertifyBatch = certify_batch,
    progress: Progress = silent,
    card: str = "",
) -> ProblemSet:
    """The set `name` from the texts of its seeds files, by the scheme and seed that they name, or by these.

    The same texts, seed and certificates give the same set, byte for byte; its tasks are left unread. Raises
    SeedError.
    """
    seeds = read_seeds(texts)
    if seeds.header.name != name:
        raise SeedError(
            f"seeds.toml is that of the set {seeds.header.name!r}, not of {name!r}; mend [set] name."
        )
    scheme = seeds.header.scheme if scheme is None else scheme
    start = seeds.header.seed if seed is None else seed
    jobs = [Job(problem, position, start, scheme) for position, problem in enumerate(seeds.problems)]
    items: list[Variant | Refusal] = []
    for done, (job, outcome) in enumerate(
        zip(jobs, run(partial(work, certify=certify), jobs), strict=True), start=1
    ):
        items += _in_pieces(job, outcome, run, certify) if isinstance(outcome, str) else outcome
        progress("problems", done, len(jobs))
    return assemble(
        seeds.header,
        {problem.id: describe(problem) for problem in seeds.problems},
        items,
        provenance={"scheme": scheme, "seed": str(start), "generator": GENERATOR},
        card=card,
    )


def work(job: Job, certify: CertifyBatch = certify_batch) -> list[Variant | Refusal]:
    """The certified variants of a problem in the scheme's order, a refusal in the place of each other one.

    Tasks come as they stand in files: they are written here, where there are workers to do it, and to carry
    them from worker to worker as trees would take longer than to make them.
    """
    return _written(settled(perturb(job), lean=job.scheme in SPREADS_EVIDENCE, certify=certify))


def _in_pieces(job: Job, end: str, run: Run, certify: CertifyBatch) -> list[Variant | Refusal]:
    """The same where a worker came to its end over it: made alone, and certified one by one where need be."""
    (made,) = run(perturb, [job])
    if isinstance(made, str):
        raise SeedError(f"the variants of {job.problem.id} could not be made: {end}; {made}")
    return _written(settled(made, lean=job.scheme in SPREADS_EVIDENCE, run=run, certify=certify))


def _written(items: Iterable[Variant | Refusal]) -> list[Variant | Refusal]:
    return [as_in_files(item) if isinstance(item, Variant) else item for item in items]


def settled(
    made: Sequence[Variant | Refusal],
    *,
    lean: bool,
    run: Run = inline,
    certify: CertifyBatch = certify_batch,
    progress: Progress = silent,
) -> list[Variant | Refusal]:
    """What was made, each variant with its certificate, or a refusal in its place.

    `lean` lets rewritten variants rest on the certificates of their parents.
    """
    candidates = [item for item in made if isinstance(item, Variant)]
    outcomes = certified(candidates, lean=lean, run=run, certify=certify, progress=progress)
    items: list[Variant | Refusal] = []
    for item in made:
        if isinstance(item, Refusal):
            items.append(item)
        elif isinstance(outcome := outcomes[item.id], Certificate):
            items.append(item.model_copy(update={"certificate": outcome}))
        else:
            items.append(refusal(item, outcome))
    return items


def assemble(
    header: SetHeader,
    problems: Mapping[str, Mapping[str, Any]],
    items: Sequence[Variant | Refusal],
    *,
    provenance: Mapping[str, str],
    card: str,
) -> ProblemSet:
    """The set of these certified variants, in order, with the refusals apart."""
    problem_set = ProblemSet(
        name=header.name,
        version=header.version,
        title=header.title,
        licence=header.licence,
        card=card,
        sha256="",
        problems={key: dict(about) for key, about in problems.items()},
        provenance=dict(provenance),
        reasons=header.reasons,
        variants=tuple(item for item in items if isinstance(item, Variant)),
        refusals=tuple(item for item in items if isinstance(item, Refusal)),
    )
    sha256 = set_hash(header_of(problem_set), problem_set.variants)
    return problem_set.model_copy(update={"sha256": sha256})


def certified(
    variants: Sequence[Variant],
    *,
    lean: bool,
    run: Run = inline,
    certify: CertifyBatch = certify_batch,
    progress: Progress = silent,
) -> dict[str, Certificate | str]:
    """The certificate of every variant, or why it has none, by id."""
    outcomes: dict[str, Certificate | str] = {}

    def settle(batches: Sequence[Batch]) -> None:
        for batch, results in zip(batches, run(certify, batches), strict=True):
            outcomes.update(zip(_ids(batch), _one_by_one(batch, results, run, certify), strict=True))
            progress("certifying variants", len(outcomes), len(variants))

    by_id = {variant.id: variant for variant in variants}
    resting: dict[str, list[Variant]] = {}
    alone: list[Variant] = []
    for variant in variants:
        if lean and variant.parent in by_id:
            resting.setdefault(variant.parent, []).append(variant)
        else:
            alone.append(variant)
    settle([Batch(chunk) for chunk in _chunks(alone)])
    batches = []
    for name, children in resting.items():
        evidence = outcomes[name]
        if isinstance(evidence, Certificate):
            parent = by_id[name].model_copy(update={"certificate": evidence})
            batches += [Batch(chunk, parent) for chunk in _chunks(children)]
        else:
            outcomes.update({child.id: f"{name}, which it rewrites, is refused" for child in children})
    settle(batches)
    return outcomes


def _one_by_one(batch: Batch, results: Outcomes | str, run: Run, certify: CertifyBatch) -> Outcomes:
    """The results; where the whole batch came to nothing, those of each of its variants alone."""
    if not isinstance(results, str):
        return results
    alone = [Batch((variant,), batch.parent) for variant in batch.variants]
    if len(alone) == 1:
        return [f"the check did not end well: {results}"]
    return [outcome for single, result in zip(alone, run(certify, alone), strict=True)
            for outcome in _one_by_one(single, result, run, certify)]  # fmt: skip


def _ids(batch: Batch) -> list[str]:
    return [variant.id for variant in batch.variants]


def _chunks(variants: Sequence[Variant]) -> list[tuple[Variant, ...]]:
    return [tuple(variants[start : start + BATCH]) for start in range(0, len(variants), BATCH)]


def verify(
    problem_set: ProblemSet,
    *,
    run: Run = inline,
    certify: CertifyBatch = certify_batch,
    progress: Progress = silent,
) -> list[Refusal]:
    """Makes every certificate again; the variants for which that fails, with the reasons."""
    lean = problem_set.provenance.get("scheme") in SPREADS_EVIDENCE
    outcomes = certified(problem_set.variants, lean=lean, run=run, certify=certify, progress=progress)
    return [
        refusal(variant, outcome)
        for variant in problem_set.variants
        if isinstance(outcome := outcomes[variant.id], str)
    ]


@dataclass(frozen=True)
class Job:
    """A problem whose variants are to be made: its position in the set, the random seed, and the scheme."""

    problem: Problem
    position: int
    seed: int
    scheme: str


def perturb(job: Job) -> list[Variant | Refusal]:
    """Every variant of the problem, a refusal in the place of each that repeats an earlier one.

    Two variants are the same if task, assumptions and the rest of the statement are.
    """
    first_with: dict[str, str] = {}
    made: list[Variant | Refusal] = []
    for item in SCHEMES[job.scheme](job.problem, job.position, job.seed):
        if isinstance(item, Variant):
            earlier = first_with.setdefault(_asked(item), item.id)
            if earlier != item.id:
                item = refusal(item, f"it asks what {earlier} asks")
        made.append(item)
    return made


def _asked(variant: Variant) -> str:
    """What tells variants of one problem apart: for rewritings of words, the words too."""
    asked = {name: variant.content[name] for name in ("task", "assumptions")}
    worded = (
        {"statement": variant.statement} if "style" in variant.change or "facts" in variant.change else {}
    )
    return canonical(asked | worded)


def describe(problem: Problem) -> dict[str, Any]:
    """What readers are told of a seed."""
    return problem.model_dump(mode="json", include={"title", "topic", "level", "source", "derivation"})


def refusal(variant: Variant, reason: str) -> Refusal:
    """The variant as one that is not published."""
    return Refusal(
        variant=variant.id, perturbation=variant.perturbation, statement=variant.statement, reason=reason
    )
