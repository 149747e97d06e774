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


def variant_hash(variant: Variant) -> str:
    """The hash of all that a variant says, its certificate included."""
    return digest(canonical(variant.model_dump(mode="json")))


def content_hash(header: Mapping[str, Any], variant_hashes: Iterable[str]) -> str:
    """The hash of a set: its header and its variants' hashes, in whatever order these come."""
    return digest(canonical({"header": dict(header), "variants": sorted(variant_hashes)}))
