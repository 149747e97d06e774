"""Whether the server can do its work."""

from fastapi import APIRouter

from app import __version__
from app.api.dependencies import ServicesDep

router = APIRouter(tags=["health"])


@router.get("/healthz")
def health(services: ServicesDep) -> dict[str, str]:
    """Answers `ok` if the database is there and at the schema this program needs; else an error."""
    services.database.check_schema()
    return {"status": "ok", "version": __version__}
