"""A data set card is YAML that loads, and says of the set what is true of it."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from app.problems.exporters import REGISTRY
from app.problems.exporters.base import Options
from app.problems.exporters.columns import COLUMNS
from app.problems.exporters.yaml import dump
from tests.problems.exporters.sets import SMALL, written


def card(problem_set=SMALL):
    """The front matter and the text of a card, and the rows beside it."""
    files = written(REGISTRY["hf-card"], Options(), problem_set)
    _, matter, text = files["README.md"].decode().split("---\n", 2)
    return yaml.safe_load(matter), text, files["data/test.jsonl"]


def test_the_front_matter_describes_the_rows():
    """Licence, size, files, and a feature of the right type for every column of every row."""
    matter, _, rows = card()
    assert (matter["license"], matter["language"], matter["size_categories"]) == (
        "cc-by-4.0",
        ["en"],
        ["n<1K"],
    )
    assert matter["pretty_name"] == SMALL.title
    assert matter["configs"] == [
        {"config_name": "default", "data_files": [{"split": "test", "path": "data/test.jsonl"}]}
    ]
    features = {feature["name"]: feature for feature in matter["dataset_info"]["features"]}
    for line in rows.splitlines():
        row = json.loads(line)
        assert list(row) == list(features)
        for name, value in row.items():
            assert _fits(value, features[name]), name
    (split,) = matter["dataset_info"]["splits"]
    assert split == {"name": "test", "num_bytes": len(rows), "num_examples": 3}


def _fits(value, feature):
    if feature.get("sequence") == "string":
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    kind = {"string": str, "int64": int, "float64": float}[feature["dtype"]]
    return value is None or isinstance(value, kind)


def test_the_text_counts_and_warns():
    """Counts by topic and perturbation, methods, what is not certified, changes, refusals and limits."""
    _, text, _ = card()
    assert "| indefinite integrals | 1 | 1 | 2 |" in text
    assert "| all | 2 | 1 | 3 |" in text
    assert "level 1: 2, level 3: 1" in text
    assert "| derivative-residual | 2 |" in text
    assert "1 variants have no certificate" in text
    assert "- `int-one`: a constant lacked" in text
    assert "| it diverges | 1 |" in text
    assert "need an image" in text
    assert "### Small\n\n#### Why" in text
    assert all(f"| `{column.name}` |" in text for column in COLUMNS)


@pytest.mark.parametrize(
    ("licence", "told"),
    [
        ("Apache-2.0", {"license": "apache-2.0"}),
        ("Ours alone!", {"license": "other", "license_name": "ours-alone"}),
    ],
)
def test_a_licence_that_the_hub_does_not_know_is_named(licence, told):
    """Known ones by the hub's names, others as `other`."""
    matter, _, _ = card(SMALL.model_copy(update={"licence": licence}))
    assert {name: matter[name] for name in matter if name.startswith("license")} == told


KEYS = st.from_regex(r"[a-z_]{2,8}", fullmatch=True).filter(lambda key: yaml.safe_load(key) == key)
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]))
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_yaml_is_read_back_as_it_was(document):
    """Whatever is written is what a YAML reader finds."""
    assert (yaml.safe_load(dump(document)) or {}) == document
