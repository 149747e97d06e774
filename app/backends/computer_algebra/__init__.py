"""Computer algebra systems that answer like models: SymPy in a worker, and Maxima found on PATH."""

from __future__ import annotations

from app.backends.computer_algebra.backend import ComputerAlgebra, ComputerAlgebraSettings
from app.backends.computer_algebra.maxima_process import find_maxima
from app.backends.computer_algebra.maxima_solver import solve_with_maxima
from app.backends.computer_algebra.sympy_solver import solve_with_sympy

__all__ = ["ComputerAlgebraSettings", "open_maxima", "open_sympy"]


def open_sympy(settings: ComputerAlgebraSettings, workers: int, memory_mb: int) -> ComputerAlgebra:
    """SymPy as a backend."""
    return ComputerAlgebra(solve_with_sympy, settings, workers, memory_mb)


def open_maxima(settings: ComputerAlgebraSettings, workers: int, memory_mb: int) -> ComputerAlgebra:
    """Maxima as a backend; raises `BackendUnavailable` when the program is not installed."""
    find_maxima()
    return ComputerAlgebra(solve_with_maxima, settings, workers, memory_mb)
