"""What differs between two sets of variants, found whatever they hold; and the order of version names."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.problems.differences import Contents, count, differences, require_reasons
from app.problems.errors import UnexplainedChange
from app.problems.versions import is_later

PROBLEMS = st.sampled_from("pqr")
VARIANTS = st.dictionaries(st.integers(0, 9), st.tuples(PROBLEMS, st.integers(0, 2)), max_size=8)


def version(variants):
    """Contents with these variants (number → problem, answer), and the problems that they name."""
    return Contents(
        problems={problem: {"title": problem} for problem, _ in variants.values()},
        variants={f"v{n}": {"problem": problem, "gold": gold} for n, (problem, gold) in variants.items()},
    )


@given(VARIANTS, VARIANTS)
def test_every_difference_is_found_and_nothing_else(old, new):
    """Against the plain comparison of two dictionaries, in both directions."""
    there, back = (
        {
            variant.id: variant.what
            for problem in differences(version(first), version(second), {})
            for variant in problem.variants
        }
        for first, second in ((old, new), (new, old))
    )
    assert {name for name, what in there.items() if what == "added"} == {
        f"v{n}" for n in new.keys() - old.keys()
    }
    assert {name for name, what in there.items() if what == "changed"} == {
        f"v{n}" for n in new.keys() & old.keys() if old[n] != new[n]
    }
    opposite = {"added": "removed", "removed": "added", "changed": "changed"}
    assert back == {name: opposite[what] for name, what in there.items()}


@given(VARIANTS)
def test_a_version_does_not_differ_from_itself(variants):
    """No differences, no reasons needed."""
    found = differences(version(variants), version(variants), {})
    assert found == []
    require_reasons(found, "set", "1", "2")
    assert count(found) == {"problems": {}, "variants": {}}


@given(VARIANTS, VARIANTS)
def test_what_both_hold_unchanged_may_be_left_out(old, new):
    """As storage does, which reads only variants whose hash the other version lacks."""
    same = {n for n in old.keys() & new.keys() if old[n] == new[n]}
    whole = differences(version(old), version(new), {})
    less_old, less_new = (
        Contents(version(each).problems, version({n: v for n, v in each.items() if n not in same}).variants)
        for each in (old, new)
    )
    assert differences(less_old, less_new, {}) == whole


def test_a_problem_changes_with_its_own_fields_or_with_its_variants():
    """The names of changed fields are told, an answer as `answer`, and reasons by id or for all."""
    old = Contents(
        {"p": {"title": "a"}, "q": {"title": "b"}}, {"v": {"problem": "q", "gold": "1", "seed": 3}}
    )
    new = Contents(
        {"p": {"title": "A"}, "q": {"title": "b"}}, {"v": {"problem": "q", "gold": "2", "seed": 3}}
    )
    first, second = differences(old, new, {"*": "tidied", "q": "mended"})
    assert (first.id, first.what, first.fields, first.variants, first.reason) == (
        "p",
        "changed",
        ("title",),
        (),
        "tidied",
    )
    assert (second.fields, second.variants[0].fields, second.reason) == ((), ("answer",), "mended")


def test_many_unexplained_problems_are_named_in_part():
    """The first five, and how many more."""
    many = Contents({f"p{n}": {"title": ""} for n in range(8)}, {})
    with pytest.raises(UnexplainedChange, match=r"p4 \(added\) and 3 more: give one for each"):
        require_reasons(differences(Contents({}, {}), many, {}), "set", "1", "2")


ORDERED = ["0.9", "1", "1.2", "1.2.1", "1.10", "2", "2026-02-03", "2026-11-01"]


@pytest.mark.parametrize("place", range(1, len(ORDERED)))
def test_versions_have_an_order(place):
    """Numbers by their value, and a later version never before an earlier one."""
    before, after = ORDERED[place - 1], ORDERED[place]
    assert is_later(after, than=before)
    assert not is_later(before, than=after)


@given(st.text(max_size=12), st.text(max_size=12))
@example("1.²", "1.2")
def test_of_two_versions_at_most_one_is_later(first, second):
    """Whatever their names."""
    assert not (is_later(first, than=second) and is_later(second, than=first))
    assert not is_later(first, than=first)
