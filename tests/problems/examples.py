"""What the tests of perturbations name: the example problems, and variants by kind."""

from __future__ import annotations

from collections.abc import Sequence

from app.problems.problem import ORIGINAL, Variant

NAMES = (
    "gaussian", "parts", "compound", "geometric", "taylor", "oscillator", "decay",
    "gamma-half", "tidy", "quadratic", "lines", "corner", "waiting",
)  # fmt: skip
"""The problems of `example.toml`, each of another operation (two are differential equations)."""


def of(variants: Sequence[Variant], perturbation: str) -> list[Variant]:
    """Those that the perturbation made."""
    return [variant for variant in variants if variant.perturbation == perturbation]


def original(variants: Sequence[Variant]) -> Variant:
    """The one that no perturbation changed."""
    (found,) = of(variants, ORIGINAL)
    return found


def parent(variants: Sequence[Variant], variant: Variant) -> Variant:
    """The one that the variant rewrites."""
    (found,) = (one for one in variants if one.id == variant.parent)
    return found
