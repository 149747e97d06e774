"""What the terminal shows of runs while they go on."""

from __future__ import annotations

import time
from collections.abc import Mapping

from app.backends.prices import picodollars
from app.cli.estimates import duration
from app.cli.terminal import progress_bars
from app.evaluation.budgets import in_dollars
from app.evaluation.progress import Progress, Speed, look
from app.evaluation.services import Services


def watch(services: Services, labels: Mapping[str, str]) -> None:
    """Show a progress bar for each run (id → label) until all have ended or rest."""
    with progress_bars() as bars:
        tasks = {run_id: bars.add_task(label, total=None, note="") for run_id, label in labels.items()}
        speeds = {run_id: Speed() for run_id in labels}
        waiting = list(labels)
        while waiting:
            waits = []
            for run_id in list(waiting):
                progress, wait = look(services.database, run_id)
                waits.append(wait)
                speeds[run_id].saw(progress.done)
                bars.update(
                    tasks[run_id],
                    total=progress.total,
                    completed=progress.done,
                    note=_note(progress, speeds[run_id]),
                )
                if progress.finished:
                    waiting.remove(run_id)
            if waiting:
                time.sleep(max(waits))


def _note(progress: Progress, speed: Speed) -> str:
    parts = [f"{progress.correct:,} correct"]
    if waiting := progress.answered - progress.done:
        parts.append(f"{waiting:,} to grade")
    if progress.ungradable:
        parts.append(f"{progress.ungradable:,} ungradable")
    parts += [f"{count:,} {kind}" for kind, count in progress.errors.items()]
    if progress.cost:
        parts.append(in_dollars(picodollars(progress.cost)))
    left = None if progress.finished else speed.seconds_left(progress.total)
    if speed.per_second and left is not None:
        parts.append(f"{speed.per_second:.3g}/s, {duration(left)} left")
    return ", ".join(parts)
