"""A throw-away PostgreSQL server for tests, on a free port and in a folder of its own."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MISSING = "PostgreSQL's programs are not installed here (Debian: apt install postgresql)"
IN_A_HURRY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
LISTEN = ("listen_addresses=127.0.0.1", *IN_A_HURRY)


def binaries() -> Path | None:
    """The folder of the newest PostgreSQL's programs, or None where it is not installed."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    on_path = shutil.which("initdb")
    return folders[-1] if folders else (Path(on_path).parent if on_path else None)


@contextmanager
def server(programs: Path) -> Iterator[str]:
    """A running server, gone afterwards; gives the SQLAlchemy URL of its database `postgres`."""
    folder = Path(tempfile.mkdtemp(prefix="plumbline-pg-"))
    as_user: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        shutil.chown(folder, "postgres", "postgres")
    data, port = folder / "data", _free_port()

    def do(program: str, *arguments: str) -> None:
        command = [*as_user, str(programs / program), "-D", str(data), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, timeout=60)

    options = " ".join(["-p", str(port), "-k", str(folder), *(f"-c {setting}" for setting in LISTEN)])
    try:
        do("initdb", "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C")
        do("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
        finally:
            do("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
