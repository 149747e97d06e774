"""How well `core-mini` stands for `core`: scores of models that answer both, and the smaller's intervals.

    plumbline problems build core
    python tests/speed/core_mini.py [--models 200]

The models are simulated. Whether one answers a variant depends on its ability, its strong and weak sides
by topic and by kind of perturbation, on how hard problem and variant are, and on luck, all from a seed.

For each model, topic and kind the score on `core` (mean over problems of the mean over their perturbed
variants, kinds weighing the same) is compared with the 95 % interval that `core-mini` alone gives.
"""

from __future__ import annotations

import argparse
import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from statistics import mean

from app.main import read_texts
from app.problems.formats.native import load_set
from app.problems.problem import ORIGINAL, ProblemSet, Variant
from app.statistics.estimators import macro

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
SPREADS = {"topic": 0.6, "kind": 0.5, "problem": 1.2, "variant": 0.6}
"""Standard deviations of what a model's log-odds depend on."""


def answers(model: int, variants: Iterable[Variant]) -> dict[str, float]:
    """Which variants the model answers rightly, 1 or 0 by id; the same for a variant in either set."""
    ability = random.Random(f"{model}").uniform(-1.5, 2.5)

    def effect(what: str, name: str, owner: object = model) -> float:
        return random.Random(f"{owner}/{what}/{name}").gauss(0, SPREADS[what])

    given = {}
    for variant in variants:
        odds = ability - 0.5 * (variant.level - 2)
        odds += effect("topic", variant.topic) + effect("kind", variant.perturbation)
        odds += effect("problem", variant.problem, "all") + effect("variant", variant.id, "all")
        luck = random.Random(f"{model}/luck/{variant.id}").random()
        given[variant.id] = float(luck < 1 / (1 + math.exp(-odds)))
    return given


def grouped(
    variants: Iterable[Variant], given: Mapping[str, float], group: Callable[[Variant], str]
) -> dict[str, dict[str, dict[str, list[float]]]]:
    """Group → problem → kind → scores."""
    scores: dict[str, dict[str, dict[str, list[float]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(list))
    )
    for variant in variants:
        scores[group(variant)][variant.problem][variant.perturbation].append(given[variant.id])
    return scores


def compare(core: ProblemSet, mini: ProblemSet, models: int, group: Callable[[Variant], str]) -> list[str]:
    """For each group: problems, mean distance of the scores, mean half-width, and how often it holds."""
    pools = [[one for one in each.variants if one.perturbation != ORIGINAL] for each in (core, mini)]
    rows: dict[str, list[tuple[float, float, bool]]] = defaultdict(list)
    problems: dict[str, int] = {}
    for model in range(models):
        given = answers(model, {one.id: one for pool in pools for one in pool}.values())
        whole, part = (grouped(pool, given, group) for pool in pools)
        for name, by_problem in part.items():
            clusters = {
                problem: [mean(scores) for scores in kinds.values()] for problem, kinds in by_problem.items()
            }
            truth = mean(mean(map(mean, kinds.values())) for kinds in whole[name].values())
            estimate = macro(clusters)
            problems[name] = len(clusters)
            if estimate.low is not None and estimate.high is not None:
                half = (estimate.high - estimate.low) / 2
                held = estimate.low <= truth <= estimate.high
                rows[name].append((abs(estimate.mean - truth), half, held))
    return [
        f"{name:24} {problems[name]:8} {100 * mean(row[0] for row in found):10.1f} "
        f"{100 * mean(row[1] for row in found):10.1f} {100 * mean(row[2] for row in found):10.0f} %"
        for name, found in sorted(rows.items())
    ]


def main() -> None:
    """Prints the two tables."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--models", type=int, default=200)
    models = arguments.parse_args().models
    core, mini = (load_set(read_texts(BENCHMARKS / name), tasks=False) for name in ("core", "core-mini"))
    known = {variant.id: variant.content for variant in core.variants}
    same = sum(known.get(variant.id) == variant.content for variant in mini.variants)
    print(f"{same} of {len(mini.variants)} variants of core-mini stand in core as they are")
    for what, group in (("topic", lambda one: one.topic), ("kind", lambda one: one.perturbation)):
        print(f"\n{what:24} problems   distance half-width   in the interval   (percentage points)")
        print("\n".join(compare(core, mini, models, group)))


if __name__ == "__main__":
    main()
