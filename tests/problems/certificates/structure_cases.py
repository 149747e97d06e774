"""Right answers to problems on matrices, random variables and integers, and wrong ones of each."""

from __future__ import annotations

from typing import Any

from tests.problems.certificates.cases import Case

AB = ("a > 0", "b > a")
N = (r"n \ge 0", r"n \in \mathbb{Z}")
POSITIVE = ("a > 0", r"a \in \mathbb{Z}", "b > 0", r"b \in \mathbb{Z}")
UPPER = r"\begin{pmatrix} a & 1 \\ 0 & b \end{pmatrix}"
ROTATION = r"\begin{pmatrix} 0 & -a \\ a & 0 \end{pmatrix}"
SINGULAR = r"\begin{pmatrix} a & b \\ 2 a & 2 b \end{pmatrix}"
MAX = r"2^{\max(a, b)}"
SIGMA = r"\frac{(2^{a+1} - 1) (3^{b+1} - 1)}{2}"
JORDAN = r"\begin{pmatrix} a & 1 \\ 0 & a \end{pmatrix}"


def _matrix(operation: str, matrix: str, **fields: str) -> dict[str, Any]:
    return {"operation": operation, "matrix": matrix, **fields}


def _law(operation: str, kind: str, law: str, bounds: tuple[str, str], **fields: str) -> dict[str, Any]:
    lower, upper = bounds
    variable = "x" if kind == "density" else "k"
    task = {"operation": operation, "kind": kind, "law": law, "variable": variable}
    return {**task, "lower": lower, "upper": upper, **fields}


def _function(name: str, *arguments: str) -> dict[str, Any]:
    return {"operation": "arithmetic_function", "function": name, "arguments": list(arguments)}


def _congruences(*rows: tuple[str, str, str]) -> dict[str, Any]:
    coefficients, residues, moduli = map(list, zip(*rows, strict=True))
    fields = {"coefficients": coefficients, "residues": residues, "moduli": moduli}
    return {"operation": "congruences", "variable": "x", **fields}


STRUCTURES: dict[str, tuple[Case, tuple[str, ...]]] = {
    "determinant": (
        Case("ball-elimination", _matrix("determinant", UPPER), "a b", AB),
        ("a b + 1", "-a b", r"a b \left(1 + 10^{-12}\right)"),
    ),
    "determinant that vanishes": (
        Case("ball-elimination", _matrix("determinant", SINGULAR), "0"),
        ("a b", "10^{-20}"),
    ),
    "inverse": (
        Case(
            "product-with-inverse",
            _matrix("inverse", UPPER),
            r"\begin{pmatrix} \frac{1}{a} & -\frac{1}{a b} \\ 0 & \frac{1}{b} \end{pmatrix}",
            AB,
        ),
        (
            r"\begin{pmatrix} \frac{1}{a} & \frac{1}{a b} \\ 0 & \frac{1}{b} \end{pmatrix}",
            r"\begin{pmatrix} \frac{1}{a} & -\frac{1}{a b} \end{pmatrix}",
            r"\frac{1}{a b}",
        ),
    ),
    "eigenvalues": (
        Case("characteristic-polynomial", _matrix("eigenvalues", UPPER), r"\{a, b\}", AB),
        (r"\{a\}", r"\{a, b, 1\}", r"\{a, -b\}", "a"),
    ),
    "eigenvalues with multiplicities": (
        Case(
            "characteristic-polynomial",
            _matrix("eigenvalues", r"\begin{pmatrix} a & 1 & 1 \\ 1 & a & 1 \\ 1 & 1 & a \end{pmatrix}"),
            r"\{a - 1, a + 2\}",
        ),
        (r"\{a - 1, a + 1\}", r"\{a - 1\}", r"\{a - 1, a, a + 2\}"),
    ),
    "complex eigenvalues": (
        Case("characteristic-polynomial", _matrix("eigenvalues", ROTATION), r"\{i a, -i a\}", AB),
        (r"\{a, -a\}",),
    ),
    "characteristic polynomial": (
        Case(
            "ball-elimination",
            _matrix("characteristic_polynomial", UPPER, variable=r"\lambda"),
            r"\lambda^2 - (a + b) \lambda + a b",
            AB,
        ),
        (r"\lambda^2 + (a + b) \lambda + a b", r"a b", r"\frac{\lambda^3 - (a + b) \lambda^2 + 1}{\lambda}"),
    ),
    "matrix exponential": (
        Case(
            "matrix-exponential",
            _matrix("matrix_exponential", ROTATION, variable="t"),
            r"\begin{pmatrix} \cos(a t) & -\sin(a t) \\ \sin(a t) & \cos(a t) \end{pmatrix}",
        ),
        (r"\begin{pmatrix} \cos(a t) & \sin(a t) \\ -\sin(a t) & \cos(a t) \end{pmatrix}",),
    ),
    "symbolic matrix power": (
        Case(
            "repeated-multiplication",
            _matrix("matrix_power", JORDAN, exponent="n"),
            r"\begin{pmatrix} a^n & n a^{n - 1} \\ 0 & a^n \end{pmatrix}",
            ("a > 0", *N),
        ),
        (
            r"\begin{pmatrix} a^n & n a^n \\ 0 & a^n \end{pmatrix}",
            r"\begin{pmatrix} a^n & 1 \\ 0 & a^n \end{pmatrix}",
        ),
    ),
    "matrix power": (
        Case(
            "repeated-multiplication",
            _matrix("matrix_power", JORDAN, exponent="3"),
            r"\begin{pmatrix} a^3 & 3 a^2 \\ 0 & a^3 \end{pmatrix}",
        ),
        (r"\begin{pmatrix} a^3 & a^2 \\ 0 & a^3 \end{pmatrix}",),
    ),
    "rank": (
        Case("minors", _matrix("matrix_rank", SINGULAR), "1"),
        ("0", "2", "3", r"\frac{1}{2}"),
    ),
    "linear system": (
        Case(
            "substitution",
            _matrix("linear_system", UPPER, right_side=r"\begin{pmatrix} 1 \\ b \end{pmatrix}"),
            r"\left(0, 1\right)",
            AB,
        ),
        (r"\left(1, 0\right)", r"\left(0, 1, 0\right)", "1"),
    ),
    "expectation, density": (
        Case(
            "arb-quadrature",
            _law("expectation", "density", r"a e^{-a x}", ("0", r"\infty"), quantity="x^2"),
            r"\frac{2}{a^2}",
            ("a > 0",),
        ),
        (r"\frac{1}{a^2}",),
    ),
    "expectation, mass": (
        Case(
            "finite-summation",
            _law("expectation", "mass", r"\binom{n}{k} p^k (1 - p)^{n - k}", ("0", "n"), quantity="k"),
            "n p",
            ("0 < p < 1", r"n \ge 1", r"n \in \mathbb{Z}"),
        ),
        (r"\frac{n}{p}",),
    ),
    "probability": (
        Case(
            "geometric-bound",
            _law("probability", "mass", r"p (1 - p)^k", ("0", r"\infty"), least="n", most=r"\infty"),
            r"(1 - p)^n",
            (r"\frac{1}{4} < p < 1", *N),
        ),
        (r"1 - (1 - p)^n", r"(1 - p)^{n + 1}"),
    ),
    "congruences": (
        Case(
            "substitution",
            _congruences(("1", "a + b", "2 a + b"), ("1", "a", "2 a + b + 1")),
            r"(a + b) + b (2 a + b)",
            POSITIVE,
        ),
        ("a + b", r"(a + b) + b (2 a + b) + (2 a + b) (2 a + b + 1)", r"a - (2a + b) (2 a + 1)"),
    ),
    "linear congruence": (
        Case("substitution", _congruences(("4", "6", "10")), "4"),
        ("9", "3", "-1", r"\frac{3}{2}"),
    ),
    "greatest common divisor": (
        Case("exact-arithmetic", _function("greatest_common_divisor", "6 a", "4 a"), "2 a", POSITIVE),
        ("a", "12 a"),
    ),
    "greatest common divisor of powers": (
        Case(
            "exact-arithmetic",
            _function("greatest_common_divisor", "2^a - 1", "2^b - 1"),
            r"2^{\gcd(a, b)} - 1",
            POSITIVE,
        ),
        ("1", r"2^{a} - 1"),
    ),
    "least common multiple": (
        Case("exact-arithmetic", _function("least_common_multiple", "2^a", "2^b"), MAX, POSITIVE),
        ("2^a", "2^{a + b}"),
    ),
    "totient": (
        Case("exact-arithmetic", _function("totient", "2^a 5^b"), r"2^{a + 1} 5^{b - 1}", POSITIVE),
        (r"2^{a - 1} 5^{b - 1}", "2^a 5^b"),
    ),
    "divisor count": (
        Case("exact-arithmetic", _function("divisor_count", "2^a 5^b"), "(a + 1) (b + 1)", POSITIVE),
        ("a b",),
    ),
    "divisor sum": (
        Case("exact-arithmetic", _function("divisor_sum", "2^a 3^b"), SIGMA, POSITIVE),
        (r"(2^{a+1} - 1) (3^{b+1} - 1)",),
    ),
    "power residue": (
        Case("exact-arithmetic", _function("power_residue", "10", "n", "9"), "1", N),
        ("0",),
    ),
    "valuation": (
        Case("exact-arithmetic", _function("valuation", "2", r"\frac{(2 n)!}{n!}"), "n", N),
        ("n + 1", "2 n"),
    ),
    "multiplicative order": (
        Case("exact-arithmetic", _function("multiplicative_order", "a + 1", r"(a + 1)^b - 1"), "b", POSITIVE),
        ("2 b",),
    ),
    "coprime count": (
        Case("exact-arithmetic", _function("coprime_count", "6 a b + 1", "6"), "2 a b + 1", POSITIVE),
        ("2 a b",),
    ),
}  # fmt: skip
"""A right answer, and wrong ones, for each operation."""
