"""Whether somebody of an office could sign what is about to be drafted, and who could be made a deputy if not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import models

from platforms.models import Recommender
from platforms.querysets import people_of_recommender
from platforms.staff.services import SIGNS
from portal.kernel.signoff import knows_signers, seconds_for


@knows_signers
def office_has_another_signer(office: str, objects: Sequence[models.Model], verb: str, by) -> Iterable[str]:
    """A recommender's act needs a second head of the same office; the ministry has many."""
    recommender = _recommender(office)
    if recommender is None or seconds_for(objects, verb, by=by).people:
        return
    heads = people_of_recommender(recommender, SIGNS)
    deputies = people_of_recommender(recommender).exclude(pk__in=heads.values("pk")).exclude(pk=by.pk)
    names = "、".join(deputies.order_by("name").values_list("name", flat=True))
    then = f"，或者安排代理签发（可以代理的：{names}）" if names else ""
    yield f"除您以外，本单位没有可以审签此事项的负责人，拟办后无人审签。请先在“本单位人员”中增加负责人{then}。"


def _recommender(office: str) -> Recommender | None:
    try:
        return Recommender.objects.filter(pk=UUID(office)).first()
    except ValueError:
        return None
