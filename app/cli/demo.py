"""`plumbline demo`: the main job, from nothing to a leaderboard."""

from __future__ import annotations

from typing import Annotated

import typer

from app.backends import BUILT_IN_MODELS, BackendUnavailable, open_backend
from app.cli.leaderboard import standing_tables
from app.cli.progress import watch
from app.cli.server import run_server
from app.cli.terminal import errors, output
from app.evaluation import runs as evaluation
from app.evaluation.services import Services
from app.main import open_services, upgrade_database
from app.settings import Settings
from app.storage import leaderboards

PROBLEM_SET = "core-mini"
DEMO_VARIANTS = 324
"""Each problem's original and one of its perturbed variants: what two cores do in some minutes."""


def demo(
    serve: Annotated[bool, typer.Option(help="Serve the leaderboard afterwards.")] = True,
    limit: Annotated[int, typer.Option(min=1, help="A balanced selection of N variants.")] = DEMO_VARIANTS,
) -> None:
    """Evaluate the computer algebra systems that are here on `core-mini`, and show the leaderboard.

    Run again after an interruption, it goes on where it stopped; after the end, it asks nothing twice.
    """
    settings = Settings()
    upgrade_database(settings)
    with open_services(settings, with_worker=True) as services:
        watch(services, _start_all(services, settings, limit))
        with services.database.read() as session:
            output.print(standing_tables(leaderboards.standing(session, PROBLEM_SET)))
    if serve:
        run_server(settings, with_worker=True)


def _start_all(services: Services, settings: Settings, limit: int) -> dict[str, str]:
    """Start a run of every built-in model that is there; ids with their labels."""
    started = {}
    for spec in BUILT_IN_MODELS:
        try:
            open_backend(spec, workers=1, memory_mb=settings.worker_memory).close()
        except BackendUnavailable as error:
            errors.print(f"[yellow]{spec.name} is skipped:[/] {error}")
            continue
        run_id = evaluation.start(
            services.database,
            services.queue,
            evaluation.Request(problem_set=PROBLEM_SET, model=spec.name, limit=limit),
            key=f"demo {spec.name} {limit}",
            chunk_size=services.chunk_size,
        )
        started[run_id] = spec.name
    return started
