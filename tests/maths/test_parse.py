"""Reading: one table of notation and what it means, by family."""

import pytest
import sympy as sp
from sympy import Eq, FiniteSet, Integral, Interval, Limit, Rational, Sum, Symbol, oo, pi

from app.maths import ParseError, parse

a, b, c, k, m, n, t, x, y, z, C_1, C_2 = sp.symbols("a b c k m n t x y z C_1 C_2")
theta = Symbol("theta")
Y = sp.Function("y")
half = Rational(1, 2)

ARITHMETIC = [
    ("1/2x", x / 2),
    ("1/2/3", Rational(1, 6)),
    ("-x^2", -(x**2)),
    ("2^3^2", 512),
    ("x^-1", 1 / x),
    ("x^-2y", y / x**2),
    ("2*-x/y", -2 * x / y),
    ("-(x+1)y", sp.Mul(-1, x + 1, y)),
    ("e^-x", sp.exp(-x)),
    ("2^10", 1024),
    (r"\frac12 + \dfrac{x}{2}", half + x / 2),
    (r"\frac{\pi}2", pi / 2),
    (r"\frac x y", x / y),
    (r"2\frac12", Rational(5, 2)),
    (r"x\frac12", x / 2),
    ("0.25", Rational(1, 4)),
    (r"0.1\overline{6}", Rational(1, 6)),
    ("1.5e-3", Rational(3, 2000)),
    (r"1.5 \times 10^{-3}", Rational(3, 2000)),
    ("1,000", 1000),
    (r"50\%", half),
    (r"90^\circ", pi / 2),
    (r"\sqrt[3]{x}", x ** Rational(1, 3)),
    ("√2/2", sp.sqrt(2) / 2),
    (r"\sqrt2x", sp.sqrt(2) * x),
    (r"{{\sqrt{\pi}}\over{2}}", sp.sqrt(pi) / 2),
    (r"{n \choose k}", sp.binomial(n, k)),
    (r"\frac{(2n)!}{n!^2}", sp.factorial(2 * n) / sp.factorial(n) ** 2),
    ("n!!", sp.factorial2(n)),
    ("|a||b|", abs(a) * abs(b)),
    ("||a|-|b||", sp.Abs(sp.Abs(a) - sp.Abs(b))),
    (r"\left|\frac{x}{2}\right|", sp.Abs(x) / 2),
    ("a(x+1)", a * (x + 1)),
    (r"\boxed{42}", 42),
    ("$x$", x),
    (r"17 \bmod 5", 2),
    (r"\frac{\pi^2}{6} \approx 1.645", pi**2 / 6),
    (r"x^2{\color{red}y}", x**2 * y),
]
NAMES = [
    ("e^{i\\pi}", -1),
    (r"\alpha_1", Symbol("alpha_1")),
    ("x_{12}", Symbol("x_12")),
    (r"T_{\text{max}}", Symbol("T_max")),
    ("C1 e^x", C_1 * sp.exp(x)),
    (r"{\it \%k_1}", Symbol("k_1")),
    ("E", Symbol("E")),
    ("E**x", sp.exp(x)),
    ("2*I", 2 * sp.I),
    (r"-\gamma", -sp.EulerGamma),
    (r"\mathrm{Catalan}", sp.Catalan),
    ("alpha+beta", Symbol("alpha") + Symbol("beta")),
    ("xsinx", x * sp.sin(x)),
    ("2π", 2 * pi),
    ("%e^(-x)", sp.exp(-x)),
]
FUNCTIONS = [
    (r"\sin 2x \cos x", sp.sin(2 * x) * sp.cos(x)),
    (r"\sin(x)y", y * sp.sin(x)),
    (r"\sin 2(x+y)", sp.sin(2 * (x + y))),
    (r"\ln x / x", sp.log(x) / x),
    (r"\ln^2 x", sp.log(x) ** 2),
    (r"\sin^{-1} x", sp.asin(x)),
    (r"\log_{10} x", sp.log(x, 10)),
    (r"\log_2 8", 3),
    (r"\ln|\sec x + \tan x|", sp.log(sp.Abs(sp.sec(x) + sp.tan(x)))),
    (r"\arcsin\frac{x}{a}", sp.asin(x / a)),
    (r"\exp\left\{-x\right\}", sp.exp(-x)),
    (r"\max\{a,b\}", sp.Max(a, b)),
    ("Si(x)", sp.Si(x)),
    (r"\Gamma\left(\tfrac14\right)^2", sp.gamma(Rational(1, 4)) ** 2),
    (r"\Gamma(a,x)", sp.uppergamma(a, x)),
    (r"\gamma(a,x)", sp.lowergamma(a, x)),
    ("gamma(x)", sp.gamma(x)),
    (r"\psi^{(1)}(x)", sp.polygamma(1, x)),
    (r"\psi'(x)", sp.polygamma(1, x)),
    (r"\Gamma'(1)", -sp.EulerGamma),
    ("B(a,b)", sp.beta(a, b)),
    (r"\zeta(3)", sp.zeta(3)),
    (r"\mathrm{Li}_3(1/2)", sp.polylog(3, half)),
    ("J_0(x)", sp.besselj(0, x)),
    ("J^{2}_{n}(x)", sp.besselj(n, x) ** 2),
    ("E_1(x)", sp.expint(1, x)),
    ("P_3(x)", sp.legendre(3, x)),
    ("P_n^{(a,b)}(x)", sp.jacobi(n, a, b, x)),
    ("H_n", sp.harmonic(n)),
    ("H_n(x)", sp.hermite(n, x)),
    ("K(m)", sp.elliptic_k(m)),
    (r"F(\theta|m)", sp.elliptic_f(theta, m)),
    ("W_{-1}(x)", sp.LambertW(x, -1)),
    ("{}_2F_1(a,b;c;x)", sp.hyper((a, b), (c,), x)),
    ("_2F_1(a,b,c,x)", sp.hyper((a, b), (c,), x)),
    (
        r"{{}_{2}F_{1}\left(\begin{matrix} 1, 2 \\ 3 \end{matrix}\middle| {x} \right)}",
        sp.hyper((1, 2), (3,), x),
    ),
    (r"\delta_{ij}", sp.KroneckerDelta(*sp.symbols("i j"))),
    (r"{\it li}_{2}(x)", sp.polylog(2, x)),
    (r"\operatorname{Ai}'(x)", sp.airyaiprime(x)),
]
CALCULUS = [
    (r"\int_0^\infty e^{-x^2}\,dx", Integral(sp.exp(-(x**2)), (x, 0, oo))),
    (r"\int_0^1 2x\,dx", Integral(2 * x, (x, 0, 1))),
    (r"\int x^2 + 1 \, dx + C", Integral(x**2 + 1, x) + Symbol("C")),
    (r"\int \frac{dx}{x} + 1", Integral(1 / x, x) + 1),
    (r"\int \frac{x\,\mathrm{d}x}{x^2+1}", Integral(x / (x**2 + 1), x)),
    (r"\int_0^1\int_0^2 xy\,dx\,dy", Integral(x * y, (x, 0, 2), (y, 0, 1))),
    (r"\int_0^1 x dx \int_0^1 y dy", Integral(x, (x, 0, 1)) * Integral(y, (y, 0, 1))),
    (r"\sum_{i=1}^n i^2", Sum(Symbol("i") ** 2, (Symbol("i"), 1, n))),
    (r"\sum_{n\ge1} \frac1{n^2} - 1", Sum(1 / n**2, (n, 1, oo)) - 1),
    (r"\prod_{k=1}^n k", sp.Product(k, (k, 1, n))),
    (r"\lim_{x\to0}\frac{\sin x}{x}", Limit(sp.sin(x) / x, x, 0, "+-")),
    (r"\lim_{x \to 0^+} \frac1x", Limit(1 / x, x, 0, "+")),
    (r"\lim_{x\to\infty} xe^{-x}", Limit(x * sp.exp(-x), x, oo)),
    (r"\frac{d}{dx} x\sin x", sp.Derivative(x * sp.sin(x), x)),
    (r"\left. x^2 \right|_0^1", 1),
    (r"\left[\frac{x^3}{3}\right]_0^1", Rational(1, 3)),
    ("O(x^3)", sp.Order(x**3)),
    ("Integral(exp(-x), (x, 0, oo))", Integral(sp.exp(-x), (x, 0, oo))),
    ("diff(sin(x), x, 2)", sp.Derivative(sp.sin(x), (x, 2))),
]
EQUATIONS = [
    ("y'' + y = 0", Eq(Y(x).diff(x, 2) + Y(x), 0)),
    (r"\frac{d^2y}{dx^2} = y", Eq(Y(x).diff(x, 2), Y(x))),
    ("dy/dx = y", Eq(Y(x).diff(x), Y(x))),
    ("y'' + y = e^{-t}", Eq(Y(t).diff(t, 2) + Y(t), sp.exp(-t))),
    ("y^{(4)} - y = 0", Eq(Y(x).diff(x, 4) - Y(x), 0)),
    ("y(0)=1", Eq(Y(0), 1)),
    ("y'(0)=2", Eq(sp.Subs(Y(x).diff(x), x, 0), 2)),
    ("y(x) = C_1 e^{x}", Eq(Y(x), C_1 * sp.exp(x))),
    (r"\dot{x} = -kx", Eq(sp.Function("x")(t).diff(t), -k * sp.Function("x")(t))),
    ("0 < x < 1", sp.And(sp.Lt(0, x), x < 1)),
    (r"x \ne 1", sp.Ne(x, 1)),
    (r"x \not= 1", sp.Ne(x, 1)),
    (r"x=1 \text{ or } x=2", sp.Or(Eq(x, 1), Eq(x, 2))),
    (r"x = \pm 2", Eq(x, FiniteSet(2, -2), evaluate=False)),
    (r"1 \pm \sqrt{2}", FiniteSet(1 + sp.sqrt(2), 1 - sp.sqrt(2))),
    (r"x \in \mathbb{Z}", sp.Contains(x, sp.S.Integers)),
    ("[x=1,x=-1]", sp.Tuple(Eq(x, 1), Eq(x, -1))),
]
COLLECTIONS = [
    (r"\{1,2\}", FiniteSet(1, 2)),
    ("{1, 2}", FiniteSet(1, 2)),
    (r"\emptyset", sp.EmptySet),
    ("(1,2)", sp.Tuple(1, 2)),
    ("[0,1)", Interval.Ropen(0, 1)),
    (r"(-\infty, 3)", Interval.open(-oo, 3)),
    ("]0,1[", Interval.open(0, 1)),
    (r"(0,1) \cup [2,3]", Interval.open(0, 1) + Interval(2, 3)),
    (r"\mathbb{R} \setminus \{0\}", Interval.open(-oo, 0) + Interval.open(0, oo)),
    (
        r"\{2\pi n \mid n \in \mathbb{Z}\}",
        sp.ImageSet(sp.Lambda(n, 2 * pi * n), sp.S.Integers),
    ),
    (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", sp.ImmutableMatrix([[1, 2], [3, 4]])),
    ("[[1,2],[3,4]]", sp.ImmutableMatrix([[1, 2], [3, 4]])),
    (r"\begin{vmatrix}a&b\\c&k\end{vmatrix}", a * k - b * c),
    (
        r"\begin{cases} x^2, & x \ge 0 \\ 0 & \text{otherwise} \end{cases}",
        sp.Piecewise((x**2, x >= 0), (0, True)),
    ),
]
TABLE = [*ARITHMETIC, *NAMES, *FUNCTIONS, *CALCULUS, *EQUATIONS, *COLLECTIONS]


@pytest.mark.parametrize(("text", "meaning"), TABLE, ids=[text for text, _ in TABLE])
def test_notation_means_what_the_table_says(text: str, meaning: object) -> None:
    assert parse(text) == meaning


def test_a_declared_function_is_applied_and_its_bare_letter_means_its_value() -> None:
    assert parse("y(2x) + y", functions={"y"}) == Y(2 * x) + Y(x)
    assert parse("y(x)") == y * x
    assert parse(r"y{\left(x\right)}") == Y(x)


def test_symbols_carry_no_assumptions() -> None:
    assert {symbol.assumptions0["commutative"] for symbol in parse(r"x+\alpha_2").free_symbols} == {True}
    assert parse("x") == Symbol("x")


def test_identities_survive_reading() -> None:
    assert parse(r"\sin^2 x + \cos^2 x") == sp.sin(x) ** 2 + sp.cos(x) ** 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x +",
        "no solution",
        "the answer is 5",
        "2 3",
        "1 + 2 + \\cdots + n",
        r"x \implies y",
        r"\int x",
        r"\int_0 x dx",
        r"\operatorname{foo}(x)",
        r"\begin{pmatrix}1&2\\3\end{pmatrix}",
        r"\left(x",
        "x)",
        "{}_2F_1(a;b;x)",
        "(1,2)+1",
        r"\sum_{n=1} n",
    ],
)
def test_what_is_not_mathematics_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text)
    assert 0 <= caught.value.where <= len(text)
