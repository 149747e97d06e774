"""JSON comes out of a stream value by value, wherever its chunks end, each with the line it begins on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.problems.importers.errors import ImportFailed
from app.problems.importers.json_stream import values

LEAVES = st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(max_size=8)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


def cut(text: str, sizes: list[int]) -> Iterator[str]:
    """The text in pieces of these sizes, over and over."""
    at = 0
    while at < len(text):
        for size in sizes:
            yield text[at : at + size]
            at += size


@given(
    st.lists(VALUES, max_size=6),
    st.lists(st.integers(1, 9), min_size=1, max_size=3),
    st.sampled_from([None, 1, 4]),
)
def test_an_array_comes_back_wherever_its_chunks_end(
    rows: list[Any], sizes: list[int], indent: int | None
) -> None:
    text = json.dumps(rows, indent=indent)
    assert [value for _, value in values(cut(text, sizes), "f.json")] == rows


@given(st.lists(VALUES.filter(lambda value: not isinstance(value, list)), max_size=6), st.integers(1, 9))
def test_values_one_after_another_come_back(rows: list[Any], size: int) -> None:
    text = "\n".join(json.dumps(row) for row in rows)
    assert [value for _, value in values(cut(text, [size]), "f.json")] == rows


@given(st.lists(st.dictionaries(st.text(max_size=4), LEAVES, min_size=1, max_size=3), min_size=1, max_size=5))
def test_each_value_has_the_line_on_which_it_begins(rows: list[Any]) -> None:
    text = json.dumps(rows, indent=1)
    found = list(values(cut(text, [7]), "f.json"))
    lines = text.split("\n")
    begins = [number for number, line in enumerate(lines, 1) if line == " {"]
    assert [line for line, _ in found] == begins


@given(st.lists(VALUES, min_size=1, max_size=4), st.integers(1, 9), st.data())
def test_a_file_cut_short_is_refused_and_never_read_as_less(
    rows: list[Any], size: int, data: st.DataObject
) -> None:
    text = json.dumps(rows)
    end = data.draw(st.integers(1, len(text) - 1))
    with pytest.raises(ImportFailed, match=r"f\.json, line 1"):
        list(values(cut(text[:end], [size]), "f.json"))


def test_numbers_keep_their_spelling_and_nan_is_nothing() -> None:
    assert list(values(["[2.50, 1e400, NaN, 7]"], "f")) == [(1, "2.50"), (1, "1e400"), (1, None), (1, 7)]


def test_an_integer_too_long_for_python_stays_text() -> None:
    digits = "7" * 5000
    assert list(values([f"[{digits}]"], "f")) == [(1, digits)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[\n{"a": 1},\n{"a": oops}\n]', r"f\.json, line 3: not JSON"),
        ('[\n{"a": 1}\n{"a": 2}\n]', r"line 3: a comma or ']' should stand here, not '\{'"),
        ('[{"a": 1},\n]', r"line 2: a value should follow the comma"),
        ("[1]\n\n2", r"line 3: something stands after the end"),
        ("1\n]", r"line 2: there is no array"),
        ('[\n"never closed\n', r"line 2: not JSON: Invalid control character"),
        ("[" * 100_000, r"line 1: the value is nested too deeply"),
    ],
)
def test_what_is_not_json_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(ImportFailed, match=message):
        list(values(cut(text, [4096]), "f.json"))


def test_a_mistake_is_found_without_reading_on() -> None:
    taken = 0

    def chunks() -> Iterator[str]:
        nonlocal taken
        for taken in range(1_000_000):
            yield '{"a": 1}, ' if taken else "[{a: 1}, "

    with pytest.raises(ImportFailed):
        list(values(chunks(), "f"))
    assert taken < 10


def test_an_endless_array_is_read_as_it_comes() -> None:
    taken = 0

    def chunks() -> Iterator[str]:
        nonlocal taken
        yield "["
        while True:
            taken += 1
            yield '{"a": 1}, '

    assert len(list(islice(values(chunks(), "f"), 1000))) == 1000
    assert taken < 1100
