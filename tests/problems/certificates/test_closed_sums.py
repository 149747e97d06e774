"""Series inside an expression: the two kinds that are summed, and what is left alone."""

import pytest

from app.maths import parse
from app.problems.certificates.closed_sums import with_closed_sums

SUMMED = {
    r"\sum_{k=0}^{\infty} \left(x^2 + 2\right)^{-k}": r"\frac{x^2 + 2}{x^2 + 1}",
    r"3 \sum_{k=1}^{\infty} \left(x^2 + 2\right)^{-k}": r"\frac{3}{x^2 + 1}",
    r"\sum_{k=0}^{\infty} \frac{x^k}{k!}": "e^x",
}
LEFT = (
    r"\sum_{k=0}^{\infty} x^k",
    r"\sum_{k=1}^{\infty} \frac{x}{k^2}",
    r"\sum_{k=0}^{5} \left(x^2 + 2\right)^{-k}",
)


@pytest.mark.parametrize(("series", "value"), SUMMED.items())
def test_geometric_and_exponential_series_are_summed(series: str, value: str) -> None:
    assert (with_closed_sums(parse(series)) - parse(value)).simplify() == 0


@pytest.mark.parametrize("series", LEFT)
def test_what_is_not_known_to_converge_so_is_left_alone(series: str) -> None:
    assert with_closed_sums(parse(series)) == parse(series)
