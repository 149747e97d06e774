"""`plumbline problems publish`, `versions` and `diff`: what is published, and what changed and why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from app.cli.problems.sets import SetName, find_folder, save
from app.cli.terminal import output
from app.main import open_database, read_texts
from app.problems.differences import ALL, ProblemDifference, contents, count, differences
from app.problems.errors import SetError
from app.problems.formats import native
from app.problems.formats.seeds import SEEDS
from app.problems.identity import set_hash
from app.problems.problem import ProblemSet
from app.settings import Settings
from app.storage import differences as stored
from app.storage import problem_sets

PublishedName = Annotated[str, typer.Argument(metavar="SET", help="Name of a published problem set.")]
SHOWN = 50
"""Problems that a comparison lists."""


def publish(
    name: SetName,
    answers_public: Annotated[
        bool, typer.Option("--public-answers", help="Let everybody see the gold answers; for ever.")
    ] = False,
    reason: Annotated[
        list[str] | None,
        typer.Option(help="Why problems differ from the version before: a text for all, or PROBLEM=TEXT."),
    ] = None,
) -> None:
    """Put a set into the database as a version that nothing changes any more."""
    settings = Settings()
    folder = find_folder(settings, name)
    problem_set = native.load_set(read_texts(folder), tasks=False)
    if reason:
        problem_set = _explained(problem_set, folder, reason)
    with open_database(settings) as database, database.write() as session:
        found = problem_sets.publish(session, problem_set, answers_public=answers_public)
    if reason:
        save(problem_set, folder)
    output.print(
        f"[bold]{found.name}[/] {found.version} · {found.content_sha256[:8]} · {found.problems} problems, "
        f"{found.variants} variants, answers {'public' if found.answers_public else 'hidden'}"
    )


def versions(name: PublishedName) -> None:
    """List the published versions of a set, the newest first, with what each changed."""
    with open_database(Settings()) as database, database.read() as session:
        problem_sets.find_version(session, name)
        listed = problem_sets.list_versions(session, name)
    table = Table(title=listed[0].title, title_justify="left")
    for heading in ("version", "published", "content", "problems", "variants", "answers", "changed"):
        table.add_column(heading, justify="right" if heading in ("problems", "variants") else "left")
    for version in listed:
        table.add_row(
            version.version,
            f"{version.published_at:%Y-%m-%d}",
            version.content_sha256[:8],
            str(version.problems),
            str(version.variants),
            "public" if version.answers_public else "hidden",
            _counts(version.changes) if version.changes else "the first",
        )
    output.print(table)


def diff(
    name: SetName,
    old: Annotated[str | None, typer.Argument(help="A published version; by default the newest.")] = None,
    new: Annotated[
        str | None, typer.Argument(help="Another; by default what lies in the set's folder.")
    ] = None,
) -> None:
    """Show which problems and variants differ between two versions, and why."""
    settings = Settings()
    with open_database(settings) as database, database.read() as session:
        first = problem_sets.find_version(session, name, old)
        if new is None:
            problem_set = native.load_set(read_texts(find_folder(settings, name)), tasks=False)
            last = f"{problem_set.version} in its folder"
            found = differences(
                stored.contents(session, first.id), contents(problem_set), problem_set.reasons
            )
        else:
            last = problem_sets.find_version(session, name, new).version
            found = list(problem_sets.compare(session, name, first.version, new, for_operator=True).problems)
    output.print(f"[bold]{name}[/] {first.version} → {last}: {_counts(count(found))}")
    if found:
        output.print(_table(found[:SHOWN]))
    if len(found) > SHOWN:
        output.print(f"and {len(found) - SHOWN} more problems")


def _explained(problem_set: ProblemSet, folder: Path, texts: list[str]) -> ProblemSet:
    """The set with reasons for what differs, and the hash that it has with them."""
    if (folder / SEEDS).exists():
        raise SetError(
            f"reasons of a built set stand in [set.reasons] of {folder / SEEDS}; build it again then."
        )
    reasons = dict(problem_set.reasons)
    for text in texts:
        problem, equals, why = text.partition("=")
        if equals and problem in problem_set.problems:
            reasons[problem] = why
        else:
            reasons[ALL] = text
    explained = problem_set.model_copy(update={"reasons": reasons})
    sha256 = set_hash(native.header_of(explained), explained.variants)
    return explained.model_copy(update={"sha256": sha256})


def _counts(changes: Mapping[str, Mapping[str, int]]) -> str:
    """Counts in words, such as `problems: 2 added; variants: 20 added, 1 changed`."""
    told = [
        f"{things}: {', '.join(f'{number} {what}' for what, number in numbers.items())}"
        for things, numbers in changes.items()
        if numbers
    ]
    return "; ".join(told) or "no problem differs"


def _table(found: list[ProblemDifference]) -> Table:
    table = Table("problem", "", "fields", "variants", "reason")
    for problem in found:
        variants = count([problem])["variants"]
        fields = dict.fromkeys(field for variant in problem.variants for field in variant.fields)
        table.add_row(
            problem.id,
            problem.what,
            ", ".join(dict.fromkeys([*problem.fields, *fields])),
            ", ".join(f"{number} {what}" for what, number in variants.items()),
            escape(problem.reason or "–"),
        )
    return table
