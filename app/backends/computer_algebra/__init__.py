"""Computer algebra systems that answer like models: SymPy in a worker, and programs found on PATH."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.backends.computer_algebra.backend import ComputerAlgebra, ComputerAlgebraSettings
from app.backends.computer_algebra.fricas import FRICAS
from app.backends.computer_algebra.giac import GIAC
from app.backends.computer_algebra.maxima_process import find_maxima
from app.backends.computer_algebra.maxima_solver import solve_with_maxima
from app.backends.computer_algebra.pari import PARI
from app.backends.computer_algebra.program_solver import Program, solve_with_program
from app.backends.computer_algebra.sympy_solver import solve_with_sympy

__all__ = ["ComputerAlgebraSettings", "open_fricas", "open_giac", "open_maxima", "open_pari", "open_sympy"]


def open_sympy(settings: ComputerAlgebraSettings, workers: int, memory_mb: int) -> ComputerAlgebra:
    """SymPy as a backend."""
    return ComputerAlgebra(solve_with_sympy, settings, workers, memory_mb)


def open_maxima(settings: ComputerAlgebraSettings, workers: int, memory_mb: int) -> ComputerAlgebra:
    """Maxima as a backend; raises `BackendUnavailable` when the program is not installed."""
    find_maxima()
    return ComputerAlgebra(solve_with_maxima, settings, workers, memory_mb)


def _opener(program: Program) -> Callable[[ComputerAlgebraSettings, int, int], ComputerAlgebra]:
    """What opens a program as a backend; it raises `BackendUnavailable` when that is not installed."""

    def open_program(settings: ComputerAlgebraSettings, workers: int, memory_mb: int) -> ComputerAlgebra:
        program.find()
        return ComputerAlgebra(partial(solve_with_program, program), settings, workers, memory_mb)

    return open_program


open_giac, open_fricas, open_pari = map(_opener, (GIAC, FRICAS, PARI))
