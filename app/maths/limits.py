"""How large a text, and how large a number in it, the parser accepts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds that keep reading a hostile text short; each is far above what a real answer needs.

    `characters` and `tokens` bound the text, `depth` the nesting of operators and brackets, `digits` one
    written number, `bits` the numerator or denominator of a number that reading computes (`2^{1000}` has
    1000), `root_bits` one under a root (which SymPy tries to factor), `exponent` the absolute value of a
    numeric exponent, `order` an integer argument on which a function would spell itself out (`n!`), `degree`
    one on which it would spell out a polynomial (`P_n(x)`), `cells` the entries of a matrix.
    """

    characters: int = 20_000
    tokens: int = 8_000
    depth: int = 140
    digits: int = 4_000
    bits: int = 12_000
    root_bits: int = 1_500
    exponent: int = 1_000_000
    order: int = 1_000
    degree: int = 60
    cells: int = 400


DEFAULT_LIMITS = Limits()
