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


def fields_hash(fields: Mapping[str, Any]) -> str:
    """The hash of a variant given by its content."""
    return digest(canonical(fields))


def variant_hash(variant: Variant) -> str:
    """The hash of what a variant asks and of what is right."""
    return fields_hash(variant.content)


def set_hash(header: Mapping[str, Any], variants: Iterable[Variant]) -> str:
    """The hash of a set: its header and its variants' hashes, in whatever order these come."""
    return digest(canonical({"header": dict(header), "variants": sorted(map(variant_hash, variants))}))
