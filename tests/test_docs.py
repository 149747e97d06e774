"""The documentation tells the truth about what a machine can check."""

import re
import tomllib
from itertools import chain
from pathlib import Path

from app.settings import Settings

ROOT = Path(__file__).parent.parent


def test_every_dependency_has_its_reason() -> None:
    """Each package of pyproject.toml has a row in docs/dependencies.md, and no row is left over."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())}
    names = {re.match(r"[A-Za-z0-9-]+", line).group() for line in wanted}  # type: ignore[union-attr]
    rows = re.findall(r"^\| ([a-z0-9, ()-]+) \|", (ROOT / "docs/dependencies.md").read_text(), re.M)
    told = {name.split(" ")[0] for row in rows for name in row.split(", ")} - {"package", "for", "---"}
    assert names - {project["name"]} == told  # an extra may take in another one


def test_every_setting_is_in_the_table() -> None:
    """docs/settings.md lists exactly the variables that are read, with their defaults."""
    told = dict(
        re.findall(
            r"^\| `(PLUMBLINE_\w+)` \| `?([^`|]*?)`? \|", (ROOT / "docs/settings.md").read_text(), re.M
        )
    )
    read = {f"PLUMBLINE_{name.upper()}": field.default for name, field in Settings.model_fields.items()}
    assert told.keys() == read.keys()
    for name, default in read.items():
        if default is not None:
            assert told[name] == str(default), name


def test_links_between_documents_lead_somewhere() -> None:
    """Every relative link of the Markdown files at the top and in docs/ names a file that exists."""
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
