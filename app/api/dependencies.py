"""What a handler may ask for."""

from __future__ import annotations

from typing import Annotated, Any, cast

from fastapi import Depends, Query, Request
from pydantic import BaseModel

from app.api.schemas import Item, Page
from app.evaluation.services import Services

MAX_PAGE = 200


def _services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


ServicesDep = Annotated[Services, Depends(_services)]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="Items a page.")]
After = Annotated[str | None, Query(description="The `last_id` of the page before.")]


def page(shape: type[Item], records: list[Any], limit: int) -> Page[Item]:
    """A page of replies from up to `limit` + 1 records: the one too many says that there are more."""
    assert issubclass(shape, BaseModel)  # noqa: S101 (for the type checker)
    shown = records[:limit]
    return Page(
        data=[shape.model_validate(record) for record in shown],
        first_id=shown[0].id if shown else None,
        last_id=shown[-1].id if shown else None,
        has_more=len(records) > limit,
    )
