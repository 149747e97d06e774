"""Models: what is evaluated."""

from fastapi import APIRouter, HTTPException, status

from app.api.dependencies import ServicesDep
from app.api.schemas import ModelIn, ModelOut, Page
from app.backends import reads_files
from app.backends.base import ModelSpec
from app.storage import models

router = APIRouter(prefix="/models", tags=["models"])


@router.get("")
def list_models(services: ServicesDep) -> Page[ModelOut]:
    """Every registered model, by name."""
    with services.database.read() as session:
        return Page(data=[ModelOut.model_validate(each) for each in models.list_models(session)])


@router.post("", status_code=status.HTTP_201_CREATED)
def register_model(services: ServicesDep, wanted: ModelIn) -> ModelOut:
    """Register a model; the same request again changes nothing."""
    if reads_files(ModelSpec(wanted.name, wanted.backend, wanted.settings)):
        raise HTTPException(
            status.HTTP_422_UNPROCESSABLE_CONTENT,
            f"The backend {wanted.backend} reads files of the server: use `plumbline models add` there.",
        )
    with services.database.write() as session:
        return ModelOut.model_validate(models.register(session, wanted.name, wanted.backend, wanted.settings))


@router.get("/{name:path}")
def read_model(services: ServicesDep, name: str) -> ModelOut:
    """One model."""
    with services.database.read() as session:
        return ModelOut.model_validate(models.find(session, name))
