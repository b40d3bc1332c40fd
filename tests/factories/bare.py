"""Rows put into their state by hand, with the guards off: for rules that are asked alone."""

from __future__ import annotations

from datetime import UTC, datetime

from applications.models import Application
from applications.states import ApplicationState
from tests.factories import dossiers
from tests.factories.tampering import unsealed

NOON = datetime(2026, 6, 8, 4, tzinfo=UTC)


def put(model, **fields):
    with unsealed(model):
        return model.objects.create(**fields)


def bare(state: str = ApplicationState.DRAFT, *, of=None, **fields) -> Application:
    """A dossier in that state with nothing in it."""
    of = of or dossiers.unit()
    return put(
        Application,
        platform=of.platform,
        cycle=fields.pop("cycle", None) or dossiers.cycle(),
        recommender=of.platform.jurisdiction,
        created_by=of.user,
        created_at=NOON,
        state=state,
        **fields,
    )


def stand(row, state: str) -> None:
    """In memory alone: the field refuses to be set."""
    row.__dict__["state"] = state
