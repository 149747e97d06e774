"""The files of a built set: JSON lines that a person can read, and the hashes that hold them together.

`set.json` is the header with the seeds, `problems.jsonl` a variant a line with its hash, `certificates.jsonl`
the evidence for each, `refused.jsonl` what was not published and why, `README.md` the card, and `SHA256` the
files' hashes as `sha256sum -c` reads them. Evidence holds times and versions, so it may be made again without
a new version of the set, and `SHA256` leaves it out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import ConfigDict, RootModel, ValidationError

from app.problems.errors import SetError
from app.problems.identity import digest, fields_hash, set_hash
from app.problems.problem import Certificate, ProblemSet, Refusal, Variant

HEADER, VARIANTS, CERTIFICATES = "set.json", "problems.jsonl", "certificates.jsonl"
REFUSED, CARD, HASHES = "refused.jsonl", "README.md", "SHA256"
HASHED = (HEADER, VARIANTS, REFUSED)
"""The files that `SHA256` holds together; the card may be edited, and certificates made again."""
REBUILD = "restore the published file, or build the set again under a new version"


def dump_set(problem_set: ProblemSet) -> dict[str, str]:
    """The set's files, name → text; the same set gives the same bytes. No card, no `README.md`."""
    header = {"sha256": problem_set.sha256, **header_of(problem_set)}
    texts = {
        HEADER: json.dumps(header, ensure_ascii=False, indent=2) + "\n",
        VARIANTS: "".join(dump_variants(problem_set.variants)),
        CERTIFICATES: "".join(dump_certificates(problem_set.variants)),
        REFUSED: "".join(_line(refusal.model_dump(mode="json")) for refusal in problem_set.refusals),
    }
    hashes = "".join(f"{digest(texts[name])}  {name}\n" for name in HASHED)
    card = {CARD: problem_set.card} if problem_set.card else {}
    return {**texts, **card, HASHES: hashes}


class UnreadTask(RootModel[dict[str, Any]]):
    """A task as its file has it: it can be written again, and nothing else."""

    model_config = ConfigDict(frozen=True)


def load_set(texts: Mapping[str, str], *, tasks: bool = True) -> ProblemSet:
    """The set that these files hold; a SetError names the file and line that is not as published.

    To read a variant's task takes milliseconds. Whoever only stores or writes the set leaves `tasks` unread:
    each then is an UnreadTask.
    """
    for name in (*HASHED, HASHES):
        if name not in texts:
            raise SetError(f"the problem set has no file {name}; build it with `plumbline problems build`.")
    header = _json(HEADER, 1, texts[HEADER])
    certificates = _load_certificates(_lines(texts.get(CERTIFICATES, "")))
    variants = tuple(
        variant.model_copy(update={"certificate": certificates.get(variant.id)})
        for variant in load_variants(_lines(texts[VARIANTS]), tasks=tasks)
    )
    refusals = tuple(
        _record(Refusal, REFUSED, number, _json(REFUSED, number, line))
        for number, line in enumerate(_lines(texts[REFUSED]), start=1)
    )
    content = {**header, "card": texts.get(CARD, ""), "variants": variants, "refusals": refusals}
    problem_set: ProblemSet = _record(ProblemSet, HEADER, 1, content)
    _check_hashes(problem_set, texts)
    return problem_set


def identify(header: str) -> tuple[str, str, str]:
    """Name, version and content hash as the text of `set.json` gives them, not compared with anything yet."""
    fields = _json(HEADER, 1, header)
    return _said(fields, "name"), _said(fields, "version"), _said(fields, "sha256")


def _said(header: Mapping[str, Any], name: str) -> str:
    if not isinstance(header.get(name), str):
        raise SetError(f"{HEADER}, field {name!r}: it is missing; {REBUILD}.")
    return str(header[name])


def peek(texts: Mapping[str, str]) -> tuple[dict[str, Any], int]:
    """The header as `set.json` gives it, and the number of variants, without reading these."""
    return _json(HEADER, 1, texts[HEADER]), texts[VARIANTS].count("\n")


def header_of(problem_set: ProblemSet) -> dict[str, Any]:
    """What is said once for the whole set, and hashed with the variants."""
    said = {"name", "version", "title", "licence", "provenance", "reasons", "problems"}
    return problem_set.model_dump(mode="json", include=said)


def dump_variants(variants: Iterable[Variant]) -> Iterator[str]:
    """One line of JSON for each variant, its hash last, its certificate left out."""
    for variant in variants:
        fields = variant.content
        yield _line({**fields, "sha256": fields_hash(fields)})


def load_variants(lines: Iterable[str], *, tasks: bool = True) -> Iterator[Variant]:
    """The variants of these lines; a SetError names the line that cannot be read or was changed."""
    for number, line in enumerate(lines, start=1):
        fields = _json(VARIANTS, number, line)
        claimed = fields.pop("sha256", None)
        if claimed != fields_hash(fields):
            name = fields.get("id", "the variant")
            raise SetError(f"{VARIANTS}, line {number}: {name} is not what its sha256 says; {REBUILD}.")
        task = None if tasks else fields.pop("task", None)
        variant: Variant = _record(Variant, VARIANTS, number, fields)
        yield variant.model_copy(update={"task": UnreadTask(task)}) if task else variant


def as_in_files(variant: Variant) -> Variant:
    """The variant with its task as its line holds it, unread."""
    task = variant.content["task"]
    return variant.model_copy(update={"task": UnreadTask(task)}) if task else variant


def dump_certificates(variants: Iterable[Variant]) -> Iterator[str]:
    """One line of JSON for the certificate of each variant that has one, the variant's id first."""
    for variant in variants:
        if variant.certificate is not None:
            yield _line({"variant": variant.id, **variant.certificate.model_dump(mode="json")})


def _load_certificates(lines: Iterable[str]) -> dict[str, Certificate]:
    """Certificates by the id of their variant."""
    found = {}
    for number, line in enumerate(lines, start=1):
        fields = _json(CERTIFICATES, number, line)
        variant = str(fields.pop("variant", ""))
        found[variant] = _record(Certificate, CERTIFICATES, number, fields)
    return found


def _check_hashes(problem_set: ProblemSet, texts: Mapping[str, str]) -> None:
    """Compares the set's hash, then each file's, with what was written when it was published."""
    if set_hash(header_of(problem_set), problem_set.variants) != problem_set.sha256:
        raise SetError(
            f"{HEADER}, field 'sha256': it is not the hash of this header and these variants "
            f"(a variant was added or removed, or the header changed); {REBUILD}."
        )
    claimed = {}
    for number, line in enumerate(_lines(texts[HASHES]), start=1):
        value, _, name = line.partition("  ")
        if name not in HASHED:
            raise SetError(f"{HASHES}, line {number}: expected '<sha256>  <file>', found {line!r}.")
        claimed[name] = value
    for name in HASHED:
        if claimed.get(name) != digest(texts[name]):
            raise SetError(f"{name}: its bytes are not those that {HASHES} names; {REBUILD}.")


def _record(kind: type, file: str, number: int, fields: Mapping[str, Any]) -> Any:
    try:
        return kind.model_validate(fields)  # type: ignore[attr-defined]
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise SetError(f"{file}, line {number}, field {field!r}: {first['msg']}") from error


def _json(file: str, number: int, text: str) -> dict[str, Any]:
    try:
        fields = json.loads(text)
    except json.JSONDecodeError as error:
        raise SetError(f"{file}, line {number + error.lineno - 1}: not JSON: {error.msg}.") from error
    if not isinstance(fields, dict):
        raise SetError(f"{file}, line {number}: expected an object, found {type(fields).__name__}.")
    return fields


def _line(fields: Mapping[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False) + "\n"


def _lines(text: str) -> list[str]:
    """The lines of a file; only a line feed ends one (LaTeX and prose may hold other separators)."""
    return text.removesuffix("\n").split("\n") if text else []
