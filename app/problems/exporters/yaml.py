"""Writes YAML: mappings and lists in block style, everything else as JSON, which is YAML too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


class Tagged(str):
    """A value that stands as it is, such as `!function utils.grade`."""

    __slots__ = ()


def dump(value: Mapping[str, Any]) -> str:
    """The mapping as a YAML document; keys must be plain words."""
    return "".join(f"{line}\n" for line in _mapping(value))


def _mapping(value: Mapping[str, Any]) -> list[str]:
    lines = []
    for name, item in value.items():
        if isinstance(item, (Mapping, list)) and item:
            lines += [f"{name}:", *(f"  {line}" for line in _block(item))]
        else:
            lines.append(f"{name}: {_scalar(item)}")
    return lines


def _block(value: Mapping[str, Any] | list[Any]) -> list[str]:
    if isinstance(value, Mapping):
        return _mapping(value)
    lines = []
    for item in value:
        first, *rest = _block(item) if isinstance(item, (Mapping, list)) and item else [_scalar(item)]
        lines += [f"- {first}", *(f"  {line}" for line in rest)]
    return lines


def _scalar(value: Any) -> str:
    return str(value) if isinstance(value, Tagged) else json.dumps(value, ensure_ascii=False)
