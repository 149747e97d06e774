"""Models: what is evaluated, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import exists, select, update

from app.storage.errors import ModelExists, NotFound
from app.storage.records import Model
from app.storage.sessions import ReadSession, WriteSession, insert_or_ignore, new_id, utc_now
from app.storage.tables import ModelRecord, RunRecord


def register(s: WriteSession, name: str, backend: str, settings: Mapping[str, Any]) -> Model:
    """Store a model, or find the one of this name.

    Backend and settings may change while the model has no runs; after that another configuration is another
    model, and asking for one under this name raises `ModelExists`.
    """
    wanted = dict(settings)
    row = {
        "id": new_id("mdl"),
        "name": name,
        "backend": backend,
        "settings": wanted,
        "created_at": utc_now(),
    }
    if insert_or_ignore(s, ModelRecord, [row]):
        return find(s, name)
    found = find(s, name)
    if (found.backend, found.settings) == (backend, wanted):
        return found
    if s.scalar(select(exists().where(RunRecord.model_id == found.id))):
        raise ModelExists(
            f"model {name} has runs with backend {found.backend} and other settings; "
            "register this configuration under a new name"
        )
    changes = {"backend": backend, "settings": wanted}
    s.execute(update(ModelRecord).where(ModelRecord.id == found.id).values(**changes))
    return find(s, name)


def find(s: ReadSession, name: str) -> Model:
    """The model of this name; raises `NotFound`."""
    record = s.scalar(select(ModelRecord).where(ModelRecord.name == name))
    if record is None:
        known = ", ".join(model.name for model in list_models(s)) or "none"
        raise NotFound(f"no model {name} is registered; registered are: {known}")
    return _model(record)


def get(s: ReadSession, model_id: str) -> Model:
    """The model of this id; raises `NotFound`."""
    record = s.get(ModelRecord, model_id)
    if record is None:
        raise NotFound(f"no model {model_id} is registered")
    return _model(record)


def list_models(s: ReadSession) -> list[Model]:
    """Every model, by name."""
    return [_model(record) for record in s.scalars(select(ModelRecord).order_by(ModelRecord.name))]


def _model(record: ModelRecord) -> Model:
    return Model(
        id=record.id,
        name=record.name,
        backend=record.backend,
        settings=record.settings,
        created_at=record.created_at,
    )
