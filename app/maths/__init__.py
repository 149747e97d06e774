"""Mathematics: text to SymPy objects and back, and exact or rigorous comparison of them."""

from app.maths.assumptions import NONE, AssumptionError, Assumptions
from app.maths.balls import EnclosureError
from app.maths.enclosures import enclose, enclose_to
from app.maths.equality import Comparison, compare
from app.maths.errors import MathsError, ParseError
from app.maths.limits import DEFAULT_LIMITS, Limits
from app.maths.parse import parse
from app.maths.render import render

__all__ = [
    "DEFAULT_LIMITS",
    "NONE",
    "AssumptionError",
    "Assumptions",
    "Comparison",
    "EnclosureError",
    "Limits",
    "MathsError",
    "ParseError",
    "compare",
    "enclose",
    "enclose_to",
    "parse",
    "render",
]
