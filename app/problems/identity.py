"""What makes a variant or a set the same one: canonical JSON and its SHA-256."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from app.problems.problem import Variant


def canonical(value: Any) -> str:
    """JSON with sorted keys, no spaces, and characters as they are: one text for one value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """SHA-256 of the text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def content(variant: Variant) -> dict[str, Any]:
    """What a variant asks and what is right, as JSON: everything but its certificate.

    Evidence may be made again, by newer libraries, without a new version of the set. Images and origin are
    there only if the variant has them.
    """
    fields = variant.model_dump(mode="json", exclude={"certificate"}, warnings=False)  # of an unread task
    return {name: value for name, value in fields.items() if value or name not in ("images", "origin")}


def fields_hash(fields: Mapping[str, Any]) -> str:
    """The hash of a variant given by its `content`."""
    return digest(canonical(fields))


def variant_hash(variant: Variant) -> str:
    """The hash of what a variant asks and of what is right."""
    return fields_hash(content(variant))


def set_hash(header: Mapping[str, Any], variants: Iterable[Variant]) -> str:
    """The hash of a set: its header and its variants' hashes, in whatever order these come."""
    return digest(canonical({"header": dict(header), "variants": sorted(map(variant_hash, variants))}))
