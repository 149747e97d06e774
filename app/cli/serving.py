"""`plumbline models serve`: a vLLM server for a model, and what it is doing, until it is told to stop."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Annotated, Any

import typer
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from app.backends import BackendUnavailable, ModelSpec, check_spec
from app.backends.vllm import VLLMServer, VLLMSettings
from app.backends.vllm.metrics import Metrics
from app.cli.options import named_settings
from app.cli.terminal import errors, output
from app.main import open_database
from app.settings import Settings
from app.storage import models

EVERY_SECONDS = 3.0
"""How often the server is asked for its figures."""

KIND = "vllm"


def serve(
    name: Annotated[str, typer.Argument(help="A registered model; with --weights or --url, any name.")],
    arguments: Annotated[
        list[str] | None,
        typer.Argument(help="After `--`: further arguments of vLLM's server, as vLLM knows them."),
    ] = None,
    weights: Annotated[str | None, typer.Option(help="A folder of weights, or their name on a hub.")] = None,
    dtype: Annotated[str | None, typer.Option(help="Precision of the weights, as vLLM names it.")] = None,
    quantization: Annotated[str | None, typer.Option(help="Quantisation, as vLLM names it.")] = None,
    max_model_len: Annotated[
        int | None, typer.Option(min=1, help="The most tokens of prompt and answer together.")
    ] = None,
    tensor_parallel_size: Annotated[
        int | None, typer.Option(min=1, help="GPUs that share each matrix.")
    ] = None,
    python: Annotated[str | None, typer.Option(help="An interpreter that has vLLM.")] = None,
    url: Annotated[str | None, typer.Option(help="Look at this running server, and start none.")] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", help="Another setting, as name=JSON, e.g. enforce_eager=true."),
    ] = None,
) -> None:
    """Serve a model with vLLM and show what the server is doing, until Ctrl-C stops it."""
    chosen = {
        "model": weights or (name if url else None),
        "dtype": dtype,
        "quantization": quantization,
        "max_model_len": max_model_len,
        "tensor_parallel_size": tensor_parallel_size,
        "python": python,
        "base_url": url,
    }
    given = {key: value for key, value in chosen.items() if value is not None} | named_settings(setting)
    settings = _settings(name, given, tuple(arguments or ()))
    verb = "Looking for" if settings.base_url else "Starting"
    with ExitStack() as stack:
        with errors.status(f"{verb} the vLLM server of {escape(settings.model)} …"):
            server = stack.enter_context(VLLMServer(settings))
        stop = stack.enter_context(_told_to_stop())
        output.print(server.base_url)
        errors.print(f"It knows the model as {escape(server.name)}. {_longest(server)}Ctrl-C stops it.")
        _watch(server, stop)


def _settings(name: str, given: dict[str, Any], arguments: tuple[str, ...]) -> VLLMSettings:
    """The settings of a registered model, or of weights that are named here, with what is given over them."""
    stored: dict[str, Any] = {"served_name": name}
    if "model" not in given:
        with open_database(Settings()) as database, database.read() as session:
            model = models.find(session, name)
        if model.backend != KIND:
            raise BackendUnavailable(
                f"The model {name!r} has the backend {model.backend!r}",
                f"Serve one of the backend {KIND!r}, or name its weights: --weights FOLDER.",
            )
        stored |= model.settings
    stored["extra_arguments"] = [*stored.get("extra_arguments", ()), *arguments]
    settings = check_spec(ModelSpec(name, KIND, {**stored, **given}))
    assert isinstance(settings, VLLMSettings)  # noqa: S101 (what the backend's settings are)
    return settings


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set, so that the server is stopped in order."""
    stop = threading.Event()
    former = {
        number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stop
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _longest(server: VLLMServer) -> str:
    longest = server.max_model_len()
    return f"Prompt and answer together have at most {longest} tokens. " if longest else ""


def _watch(server: VLLMServer, stop: threading.Event) -> None:
    """Show the server's figures again and again; raises `BackendUnavailable` when it has ended."""
    before, at = server.metrics(), time.monotonic()
    with Live(_table(before, 0.0), console=errors, auto_refresh=False, transient=True) as live:
        while not stop.wait(EVERY_SECONDS):
            server.check()
            now, then = server.metrics(), at
            at = time.monotonic()
            rate = (now.generation_tokens - before.generation_tokens) / (at - then)
            before = now
            live.update(_table(now, rate), refresh=True)


def _table(metrics: Metrics, rate: float) -> Table:
    queries = metrics.prefix_cache_queries
    figures = {
        "running": f"{metrics.running}",
        "waiting": f"{metrics.waiting}",
        "tokens read": f"{metrics.prompt_tokens:,}",
        "tokens written": f"{metrics.generation_tokens:,}",
        "written a second": f"{rate:,.0f}",
        "found in prefix cache": f"{metrics.prefix_cache_hits / queries:.0%}" if queries else "–",
        "cache in use": f"{metrics.kv_cache_usage:.0%}",
    }
    table = Table(*figures)
    table.add_row(*figures.values())
    return table
