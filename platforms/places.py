"""Places of recommenders' accounts: which office an account made by the administrators belongs to."""

from __future__ import annotations

from platforms.models import Recommender
from platforms.staff.services import deputise, place_account
from portal.accounts.places import Place, register_place
from portal.kernel.permissions import Role


def offices() -> list[tuple[str, str]]:
    return [
        (str(pk), name) for pk, name in Recommender.objects.filter(is_active=True).values_list("pk", "name")
    ]


register_place(Role.RECOMMENDER, Place("推荐单位", offices, place_account, for_a_time=deputise))
