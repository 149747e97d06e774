"""`plumbline serve` and `plumbline worker`: the processes that stay."""

from __future__ import annotations

import signal
import threading
from typing import Annotated

import typer
import uvicorn

from app.cli.terminal import errors
from app.main import check_bind, create_app, open_services
from app.settings import Settings


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; loopback only.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on.")] = None,
    worker: Annotated[bool, typer.Option(help="Work on runs in this process too.")] = True,
) -> None:
    """Serve the REST interface and the pages."""
    chosen = {name: value for name, value in {"host": host, "port": port}.items() if value is not None}
    settings = Settings().model_copy(update=chosen)
    check_bind(settings.host)
    run_server(settings, with_worker=worker)


def run_server(settings: Settings, with_worker: bool) -> None:
    """Run the web server until it is told to stop."""
    with open_services(settings, with_worker=with_worker) as services:
        config = uvicorn.Config(
            create_app(services), host=settings.host, port=settings.port, log_level="warning"
        )
        socket = config.bind_socket()  # an address in use ends the command here, with uvicorn's words
        host, port = socket.getsockname()[:2]
        errors.print(f"Plumbline listens at http://{host}:{port} (Ctrl-C stops it)")
        uvicorn.Server(config).run(sockets=[socket])


def worker() -> None:
    """Work on queued runs until told to stop."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with open_services(Settings(), with_worker=True):
        errors.print("Working on queued runs (Ctrl-C stops)")
        stop.wait()
