"""Options that several commands have."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import typer


def named_settings(texts: Sequence[str] | None) -> dict[str, Any]:
    """The settings given as `--set name=JSON`; what is no JSON is a text."""
    return dict(map(_named_setting, texts or ()))


def _named_setting(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"--set {text}: write name=value")
    try:
        return name, json.loads(value)
    except json.JSONDecodeError:
        return name, value
