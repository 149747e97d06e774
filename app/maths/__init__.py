"""Mathematics: text to SymPy objects and back, and exact or rigorous comparison of them."""

from app.maths.errors import MathsError, ParseError
from app.maths.limits import DEFAULT_LIMITS, Limits
from app.maths.parse import parse
from app.maths.render import render

__all__ = ["DEFAULT_LIMITS", "Limits", "MathsError", "ParseError", "parse", "render"]
