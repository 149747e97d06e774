"""JSON that a model writes among its words, with LaTeX in it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.backends.strategies.blocks import LONGEST_BLOCK, last_object


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('Words\n```json\n{"a": 1}\n```\nmore words', {"a": 1}),
        ('```json\n{"a": 1}\n```\n```\n{"b": 2}\n```', {"b": 2}),
        ('```json\n{"a": 1}', {"a": 1}),
        ('{"a": 1}', {"a": 1}),
        ('```JSON {"a": 1}```', None),
        (r'{"e": "\frac12 \sin \theta \neq \rho \\beta"}', {"e": r"\frac12 \sin \theta \neq \rho \beta"}),
        (r'{"e": "\left\{ x \right\} \, \u00e9"}', {"e": r"\left\{ x \right\} \, é"}),
        (r'{"e": "One.\nTwo."}', {"e": "One.\nTwo."}),
        ("```json\n[1]\n```", None),
        ("no block", None),
        ("```json\n{\n```", None),
        ("```json\n" + "[" * 15_000 + "\n```", None),
        ('```json\n{"a": "' + "x" * LONGEST_BLOCK + '"}\n```', None),
        ("", None),
    ],
)
def test_the_last_object_is_read(text: str, expected: dict[str, Any] | None) -> None:
    """The last block counts, words around it do not; LaTeX needs no doubled backslashes."""
    assert last_object(text) == expected


@given(st.text(max_size=300))
def test_any_text_is_read_or_passed_over(text: str) -> None:
    """Nothing that a model writes raises."""
    found = last_object(text)
    assert found is None or json.dumps(found)
