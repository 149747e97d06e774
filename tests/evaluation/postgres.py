"""A throw-away PostgreSQL server for tests, on a free port of its own."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HURRY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def binaries() -> Path | None:
    """The folder of PostgreSQL's programs, or None where it is not installed."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which("initdb")
    return folders[0] if folders else found and Path(found).parent


@contextmanager
def server(programs: Path) -> Iterator[str]:
    """A running server; gives the SQLAlchemy URL of its `postgres` database."""
    folder = Path(tempfile.mkdtemp(prefix="plumbline-pg-"))
    user = []
    if os.geteuid() == 0:  # the server refuses to run as root
        user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        shutil.chown(folder, "postgres", "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = str(folder / "data")
    settings = " ".join(f"-c {setting}" for setting in ("listen_addresses=127.0.0.1", *HURRY))
    control = [*user, str(programs / "pg_ctl"), "-D", data, "-w"]

    def do(*command: str) -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)

    initdb = [*user, str(programs / "initdb"), "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8"]
    try:
        do(*initdb, "--locale=C", "-D", data)
        do(*control, "-l", str(folder / "log"), "-o", f"-p {port} -k {folder} {settings}", "start")
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
        do(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
