"""`plumbline problems list`: the problem sets that are here."""

from __future__ import annotations

from app.cli.problems.sets import folders
from app.cli.terminal import output
from app.main import read_texts
from app.problems.formats import native
from app.settings import Settings


def list_sets() -> None:
    """List the problem sets that are here, shipped and imported."""
    for name, folder in sorted(folders(Settings()).items()):
        texts = read_texts(folder)
        if native.VARIANTS not in texts:
            output.print(f"[bold]{name}[/]  not built: plumbline problems build {name}")
            continue
        header, count = native.peek(texts)
        output.print(
            f"[bold]{name}[/] {header['version']}  {header['title']}: {len(header['problems'])} problems, "
            f"{count} variants, {header['licence']}, {header['sha256'][:8]}"
        )
