"""Who is free: who could sign a list, and who would be left to hear objections and second looks to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from applications.models import Application
from platforms.models import RecommenderUserObjectPermission
from portal.kernel.permissions import Role, allowed
from portal.kernel.signoff import Seconds, able_to, people_of, seconds_for
from portal.models import User
from review.handlers.services import people_lent
from review.permissions import WORKED_ON, acts_that_decide
from review.states import ObjectionState

NEEDED = 2  # one prepares the conclusion, another signs it
OBJECTED = [f"notice_items__objections__{name}" for name in ("pk", "state", "handler")]
HEARD_BY_OTHERS = ("decline",)  # a province declines, the ministry hears the second look


@dataclass(frozen=True)
class Left:
    """If `signer` is the second person: who could hear what is said against any of the list, and for whom too few."""

    signer: User
    people: list[User]
    short: list[str]


@dataclass(frozen=True)
class Freedom:
    seconds: Seconds
    left: list[Left]
    heard_by_others: bool = False

    @property
    def is_short(self) -> bool:
        return bool(self.left) and all(one.short for one in self.left)


def freedom_of(rows: Sequence[Application], verb: str, *, by) -> Freedom:
    """Asked before `by` proposes it; and of what waits, with its proposer."""
    seconds = seconds_for(rows, verb, by=by)
    if verb in HEARD_BY_OTHERS:
        return Freedom(seconds, [], heard_by_others=True)
    parts = parts_in(rows)
    busy = {frozenset(parts[row.pk]) for row in rows}  # a thousand dossiers, a handful of hands
    people, heads = list(people_of(seconds.office).order_by("name", "username")), heads_of(seconds.office)
    left = []
    for signer in seconds.people:
        others = [user for user in people if user.pk not in (by.pk, signer.pk)]
        few = {
            hands for hands in busy if not enough([user for user in others if user.pk not in hands], heads)
        }
        left.append(
            Left(
                signer,
                [user for user in others if not any(user.pk in hands for hands in busy)],
                [row.platform.name for row in rows if frozenset(parts[row.pk]) in few],
            )
        )
    return Freedom(seconds, left)


def hearers_of(row, verb: str, conclusion: str, *, by) -> dict:
    """Of an objection or a second look: who may handle it now, and who could sign what `by` concludes."""
    seconds = seconds_for([row], conclusion, by=by)
    people = people_of(seconds.office)
    return {
        "seconds": seconds,
        "hearers": able_to(type(row), [row.pk], verb, people | people_lent(dossier_of(row))),
        "lends": dossier_of(row)
        if seconds.office and allowed(by, "appoint_handler", dossier_of(row))
        else None,
    }


def dossier_of(row) -> Application:
    """What an objection or a second look is about."""
    return row.application if hasattr(row, "application") else row.item.application


def enough(people: Sequence[User], heads: Collection) -> bool:
    return len(people) >= NEEDED and any(user.pk in heads for user in people)


def heads_of(office: str) -> set:
    """Who of an office may sign a conclusion."""
    people = people_of(office)
    if not office:
        return set(people.filter(role=Role.MINISTRY_LEAD).values_list("pk", flat=True))
    rows = RecommenderUserObjectPermission.objects.filter(permission__codename="sign_recommender")
    return set(people.filter(pk__in=rows.values("user_id")).values_list("pk", flat=True))


def parts_in(rows: Sequence[Application]) -> dict[UUID, set]:
    """Of each dossier: who had a part in its evaluation, check or decision, or signed a list that it stood on."""
    parts: dict[UUID, set] = defaultdict(set)
    keys = {str(row.pk): row.pk for row in rows}
    worked = Application.objects.filter(pk__in=[row.pk for row in rows]).order_by()
    for pk, objection, state, handler, *users in worked.values_list("pk", *OBJECTED, *WORKED_ON).distinct():
        parts[pk].update(users)
        if state == ObjectionState.UPHELD:
            keys[str(objection)] = pk
            parts[pk].add(handler)
    for proposer, signer, ids in acts_that_decide().values_list("proposer_id", "signer_id", "object_ids"):
        for key in ids:
            if key in keys:
                parts[keys[key]] |= {proposer, signer}
    return parts
