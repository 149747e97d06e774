"""Typed tasks over all operations with answers known from textbooks, for all computer algebra systems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.maths import parse
from app.problems import tasks


@dataclass(frozen=True)
class Known:
    """A task, its answer, and what each system makes of it.

    `sympy` and `maxima` record what these systems (SymPy 1.14, Maxima 5.46) honestly do: `right`, `unsolved`,
    `wrong` where the system itself, not our translation, computes something false, or nothing when it takes
    too long to be asked in a test.
    """

    id: str
    task: Any
    gold: str
    assumptions: tuple[str, ...] = ()
    sympy: str = "right"
    maxima: str = "right"


def antiderivative(integrand: str, variable: str = "x") -> tasks.IndefiniteIntegral:
    return tasks.IndefiniteIntegral(integrand=integrand, variable=variable)


def integral(integrand: str, lower: str, upper: str, variable: str = "x") -> tasks.DefiniteIntegral:
    return tasks.DefiniteIntegral(integrand=integrand, variable=variable, lower=lower, upper=upper)


def limit(expression: str, point: str, direction: str = "+-", variable: str = "x") -> tasks.Limit:
    return tasks.Limit(expression=expression, variable=variable, point=point, direction=direction)


def series(expression: str, point: str, degree: int) -> tasks.Series:
    return tasks.Series(expression=expression, variable="x", point=point, degree=degree)


def total(term: str, index: str, lower: str, upper: str) -> tasks.Sum:
    return tasks.Sum(term=term, index=index, lower=lower, upper=upper)


def ode(equation: str, *conditions: str) -> tasks.DifferentialEquation:
    return tasks.DifferentialEquation(
        equation=parse(equation, functions=("y",)),
        variable="x",
        conditions=tuple(parse(condition, functions=("y",)) for condition in conditions),
    )


def equation(text: str, domain: str = "reals") -> tasks.Equation:
    return tasks.Equation(equation=text, variable="x", domain=domain)


def multiplied(factor: str, index: str, lower: str, upper: str) -> tasks.Product:
    return tasks.Product(factor=factor, index=index, lower=lower, upper=upper)


def equations(*texts: str, domain: str = "reals") -> tasks.EquationSystem:
    return tasks.EquationSystem(equations=texts, variables=("x", "y"), domain=domain)


def inequality(relation: str) -> tasks.Inequality:
    return tasks.Inequality(relation=relation, variable="x")


def odes(*texts: str, at: tuple[str, ...]) -> tasks.DifferentialSystem:
    return tasks.DifferentialSystem(equations=texts, functions=("x", "y"), variable="t", conditions=at)


def value(expression: str) -> tasks.Evaluation:
    return tasks.Evaluation(expression=expression)


def simpler(expression: str) -> tasks.Simplification:
    return tasks.Simplification(expression=expression)


def arithmetic(function: str, *arguments: str) -> tasks.ArithmeticFunction:
    return tasks.ArithmeticFunction(function=function, arguments=arguments)


def law(kind: str, text: str, upper: str) -> dict[str, str]:
    variable = "x" if kind == "density" else "k"
    return {"kind": kind, "law": text, "variable": variable, "lower": "0", "upper": upper}


UPPER = r"\begin{pmatrix} a & 1 \\ 0 & b \end{pmatrix}"
TURN = r"\begin{pmatrix} 0 & -a \\ a & 0 \end{pmatrix}"
JORDAN = r"\begin{pmatrix} a & 1 \\ 0 & a \end{pmatrix}"
COLUMN = r"\begin{pmatrix} 1 \\ b \end{pmatrix}"
WHOLE = (r"n \in \mathbb{Z}", r"n \ge 0")

TABLE = (
    Known("by parts", antiderivative(r"x e^{a x}"), r"e^{a x} (a x - 1)/a^2", ("a > 0",)),
    Known("power with a parameter", antiderivative(r"x^n"), r"x^{n+1}/(n+1)", ("x > 0", r"n \ne -1")),
    Known("arctangent", antiderivative(r"\frac{1}{x^2+a^2}"), r"\arctan(x/a)/a", ("a > 0",)),
    Known("error function", antiderivative(r"e^{-x^2}"), r"\sqrt{\pi} \operatorname{erf}(x)/2"),
    Known("Gauss", integral(r"e^{-a x^2}", r"-\infty", r"\infty"), r"\sqrt{\pi/a}", ("a > 0",)),
    Known("gamma", integral(r"x^{s} e^{-a x}", "0", r"\infty"), r"\Gamma(s+1)/a^{s+1}", ("a > 0", "s > 0")),
    Known(
        "Laplace of sine", integral(r"e^{-a x}\sin(b x)", "0", r"\infty"), r"b/(a^2+b^2)", ("a > 0", "b > 0")
    ),
    Known("beta", integral(r"x^{2}(1-x)^{3}", "0", "1"), "1/60"),
    Known("period", integral(r"\frac{1}{2+\cos x}", "0", r"2\pi"), r"2\pi/\sqrt{3}"),
    Known(
        "Maxima's spurious imaginary part",
        integral(r"\ln(5+4\cos x)", "0", r"\pi"),
        r"\pi\ln 4",
        (),
        "",
        "wrong",
    ),
    Known("one side", limit(r"\frac{|x|}{x}", "0", "-"), "-1"),
    Known("exponential limit", limit(r"(1+\frac{a}{x})^{x}", r"\infty"), "e^{a}", ("a > 0",)),
    Known("difference of roots", limit(r"\sqrt{x^2+a x}-x", r"\infty"), "a/2", ("a > 0",)),
    Known("Taylor at zero", series(r"e^{x}\cos x", "0", 4), r"1 + x - x^3/3 - x^4/6"),
    Known("Taylor at one", series(r"\ln x", "1", 3), r"(x-1) - (x-1)^2/2 + (x-1)^3/3"),
    Known("Basel", total(r"\frac{1}{k^2}", "k", "1", r"\infty"), r"\pi^2/6"),
    Known("cubes", total(r"k^{3}", "k", "1", "n"), r"n^2(n+1)^2/4", (r"n \in \mathbb{Z}", "n > 0")),
    Known("decay", ode(r"y' = -a y", "y(0) = b"), r"y = b e^{-a x}", ("a > 0", "b > 0")),
    Known("resonance", ode(r"y'' + y = \sin x", "y(0) = 0", "y'(0) = 0"), r"y = (\sin x - x\cos x)/2"),
    Known("separable", ode(r"y' = y^2", "y(0) = 1"), r"y = 1/(1-x)"),
    Known("third order", ode(r"y''' = y'", "y(0) = 0", "y'(0) = 1", "y''(0) = 0"), r"y = \sinh x"),
    Known("two ends", ode(r"y'' = -y", "y(0) = 0", r"y(\pi/2) = 1"), r"y = \sin x"),
    Known("Gauss's theorem", value(r"{}_2F_1\left(1,1;2;-x\right)"), r"\ln(1+x)/x", ("0 < x < 1",)),
    Known(
        "half-integer gamma", value(r"\Gamma(n+\frac{1}{2})/\Gamma(n-\frac{1}{2})"), r"n - 1/2", ("n > 1",)
    ),
    Known("Pythagoras", simpler(r"\sin(x)^2+\cos(x)^2+a"), "1+a"),
    Known(
        "difference of arctangents",
        simpler(r"\arctan 5 - \arctan 2"),
        r"\arctan(3/11)",
        (),
        "unsolved",
        "unsolved",
    ),
    Known("quotient", simpler(r"\frac{x^3-a^3}{x-a}"), r"x^2+a x+a^2", (r"x \ne a",)),
    Known("nested root", simpler(r"\sqrt{3+2\sqrt{2}}"), r"1+\sqrt{2}"),
    Known("quadratic", equation(r"x^2 - a^2 = 0"), r"\{a, -a\}", ("a > 0",)),
    Known("no real root", equation(r"x^2 + 1 = 0"), r"\emptyset"),
    Known("exponential equation", equation(r"e^{2x} - 3e^{x} + 2 = 0"), r"\{0, \ln 2\}"),
    Known(
        "telescoping product",
        multiplied(r"1-\frac{1}{k^2}", "k", "2", "n"),
        r"\frac{n+1}{2n}",
        (r"n \in \mathbb{Z}", "n > 1"),
    ),
    Known("infinite product", multiplied(r"1-\frac{1}{k^2}", "k", "2", r"\infty"), "1/2"),
    Known(
        "product for the sine",
        multiplied(r"1+\frac{a^2}{k^2}", "k", "1", r"\infty"),
        r"\frac{\sinh(\pi a)}{\pi a}",
        ("a > 0",),
        "",
        "unsolved",
    ),
    Known("linear equations", equations("2x+3y=7", "x-y=a"), r"\left(\frac{7+3a}{5}, \frac{7-2a}{5}\right)"),
    Known("sum and product", equations("x+y=a+b", "xy=ab"), r"\{(a,b),(b,a)\}", ("a > 0", "b > a")),
    Known("positive solutions", equations("x^2+y^2=5", "xy=2", domain="positive"), r"\{(1,2),(2,1)\}"),
    Known(
        "logarithms of two unknowns",
        equations(r"\ln x + 2\ln y = \ln 5", r"3\ln x - \ln y = \ln 3", domain="positive"),
        r"\{(3^{2/7} 5^{1/7}, 5^{3/7} 3^{-1/7})\}",
        (),
        "right",
        "unsolved",
    ),
    Known("between two roots", inequality("x^2-5x+6<0"), "(2,3)"),
    Known("quotient's sign", inequality(r"\frac{x-1}{x+2} \ge 0"), r"(-\infty,-2) \cup [1,\infty)"),
    Known(
        "distance", inequality(r"|x-a| \le b"), r"\left[a-b, a+b\right]", ("b > 0",), "right", "unsolved"
    ),
    Known("below a root", inequality(r"\sqrt{x+2} > x"), "[-2,2)", (), "right", "unsolved"),
    Known(
        "rotation",
        odes("x' = -a y", "y' = a x", at=("x(0) = 1", "y(0) = b")),
        r"\left(\cos(at) - b\sin(at), \sin(at) + b\cos(at)\right)",
        ("a > 0",),
    ),
    Known("growth and drift", odes("x' = y + 1", "y' = x", at=("x(0) = 1", "y(0) = 0")), r"(e^t, e^t-1)"),
    Known("determinant", tasks.Determinant(matrix=UPPER), "a b"),
    Known("inverse", tasks.Inverse(matrix=UPPER),
          r"\begin{pmatrix} 1/a & -1/(a b) \\ 0 & 1/b \end{pmatrix}", ("a > 0", "b > 0")),
    Known("eigenvalues", tasks.Eigenvalues(matrix=TURN), r"\{a i, -a i\}", ("a > 0",)),
    Known("characteristic polynomial", tasks.CharacteristicPolynomial(matrix=TURN, variable="s"),
          "s^2 + a^2"),
    Known("matrix exponential", tasks.MatrixExponential(matrix=TURN, variable="t"),
          r"\begin{pmatrix} \cos(a t) & -\sin(a t) \\ \sin(a t) & \cos(a t) \end{pmatrix}", ("a > 0",)),
    Known("power of a Jordan block", tasks.MatrixPower(matrix=JORDAN, exponent="n"),
          r"\begin{pmatrix} a^n & n a^{n-1} \\ 0 & a^n \end{pmatrix}", ("a > 0", *WHOLE)),
    Known("rank", tasks.MatrixRank(matrix=r"\begin{pmatrix} a & b \\ 2a & 2b \end{pmatrix}"), "1",
          ("a > 0",)),
    Known("linear system", tasks.LinearSystem(matrix=UPPER, right_side=COLUMN), "(0, 1)", ("a > 0", "b > 0")),
    Known("second moment", tasks.Expectation(**law("density", "a e^{-a x}", r"\infty"), quantity="x^2"),
          "2/a^2", ("a > 0",)),
    Known("tail of a geometric law",
          tasks.Probability(**law("mass", "p (1-p)^k", r"\infty"), least="n", most=r"\infty"),
          "(1-p)^n", ("0 < p < 1", *WHOLE)),
    Known("congruences", tasks.Congruences(variable="x", coefficients=("4", "1"), residues=("6", "2"),
          moduli=("10", "7")), "9"),
    Known("common divisor", arithmetic("greatest_common_divisor", "84", "126"), "42"),
    Known("common multiple", arithmetic("least_common_multiple", "84", "126"), "252"),
    Known("totient", arithmetic("totient", "360"), "96"),
    Known("divisors", arithmetic("divisor_count", "360"), "24"),
    Known("sum of divisors", arithmetic("divisor_sum", "360"), "1170"),
    Known("remainder of a power", arithmetic("power_residue", "7", "222", "1000"), "49"),
    Known("valuation", arithmetic("valuation", "2", "20!"), "18"),
    Known("order", arithmetic("multiplicative_order", "2", "101"), "100"),
    Known("coprime numbers", arithmetic("coprime_count", "100", "30"), "26"),
    Known("divisors of letters", arithmetic("divisor_count", "2^n"), "n+1", WHOLE, "unsolved", "unsolved"),
)  # fmt: skip

SYSTEMS = ("sympy", "maxima", "giac", "fricas", "pari")

UNSOLVED = {
    "giac": {
        "Maxima's spurious imaginary part", "difference of arctangents", "divisors of letters", "gamma",
        "product for the sine",
    },
    "fricas": {
        "Basel", "Gauss's theorem", "Maxima's spurious imaginary part", "below a root",
        "between two roots", "difference of arctangents", "distance", "divisors of letters", "gamma",
        "half-integer gamma", "infinite product", "logarithms of two unknowns", "nested root", "period",
        "power of a Jordan block", "product for the sine", "quotient's sign", "tail of a geometric law",
        "telescoping product",
    },
    "pari": {known.id for known in TABLE} - {
        "Taylor at one", "Taylor at zero", "beta", "characteristic polynomial", "common divisor",
        "common multiple", "congruences", "coprime numbers", "cubes", "determinant", "difference of roots",
        "divisors", "eigenvalues", "inverse", "linear equations", "linear system", "no real root", "order",
        "quadratic", "quotient", "rank", "remainder of a power", "sum of divisors", "totient", "valuation",
    },
}  # fmt: skip
"""What Giac 1.9, FriCAS 1.3.8 and PARI/GP 2.15 leave unsolved, by its id; they answer all else rightly."""


def expected(system: str, known: Known) -> str:
    """What a system makes of a task, in the words of `Known`."""
    if system in UNSOLVED:
        return "unsolved" if known.id in UNSOLVED[system] else "right"
    return str(getattr(known, system))
