"""Functions that SymPy lacks, with values from Arb's tables alone (`functions.SIMPLE`)."""

from __future__ import annotations

import sympy


class legendre_q(sympy.Function):
    """Legendre's function of the second kind, of a degree and an argument.

    On (-1, 1) it is Ferrers' function (DLMF 14.2), elsewhere the one with the cut (-oo, 1] (DLMF 14.3.7).
    """

    nargs = 2

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        """The derivative in the argument (DLMF 14.10.5)."""
        if argindex != 2:
            raise sympy.core.function.ArgumentIndexError(self, argindex)
        n, z = self.args
        return n * (z * legendre_q(n, z) - legendre_q(n - 1, z)) / (z**2 - 1)


class tricomi_u(sympy.Function):
    """Tricomi's confluent hypergeometric function U(a, b, z) (DLMF 13.2.6), with the cut (-oo, 0]."""

    nargs = 3

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        """The derivative in the argument (DLMF 13.3.22)."""
        if argindex != 3:
            raise sympy.core.function.ArgumentIndexError(self, argindex)
        a, b, z = self.args
        return -a * tricomi_u(a + 1, b + 1, z)
