"""Import of a user's own copy of third-party data as problem sets: one importer for each format."""

from app.problems.importers.asymob import Asymob
from app.problems.importers.base import Draft, Importer
from app.problems.importers.collect import About, Report, import_set
from app.problems.importers.competition import Aime, CompetitionMath, MathPerturb, OmniMath
from app.problems.importers.errors import ImportFailed
from app.problems.importers.generic import Generic
from app.problems.importers.gsm import Gsm8k, GsmPlus, GsmSymbolic
from app.problems.importers.mathverse import MathVerse
from app.problems.importers.university import MwpBench, UMath

_IMPORTERS: tuple[Importer, ...] = (
    Asymob(),
    Gsm8k(),
    GsmSymbolic(),
    GsmPlus(),
    CompetitionMath(),
    MathPerturb(),
    OmniMath(),
    Aime(),
    UMath(),
    MathVerse(),
    MwpBench(),
    Generic(),
)
REGISTRY: dict[str, Importer] = {importer.name: importer for importer in _IMPORTERS}
"""The formats that can be imported, by name; `math` reads MATH-500 as well."""
REGISTRY["math-500"] = REGISTRY["math"]

__all__ = ["REGISTRY", "About", "Draft", "ImportFailed", "Importer", "Report", "import_set"]
