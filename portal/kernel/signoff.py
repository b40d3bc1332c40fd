"""Acts that need two persons: one proposes what is shown to both, the other signs exactly that.

An app registers how an act is described and executed; the pages and the digest are common to all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.urls import reverse

from portal.accounts.user import User
from portal.kernel import audit, clock, outbox
from portal.kernel.models.signoff import SignOff
from portal.kernel.permissions import MINISTRY, allowed, table
from portal.kernel.workflow import TransitionBlocked, missing, perform, verbs_of
from portal.shared.digests import canonical_json, sha256_hex

Describe = Callable[[Sequence[Any], Mapping[str, Any]], dict[str, Any]]
Execute = Callable[[SignOff, Sequence[Any], Any], None]
Office = Callable[[Any], str]
People = Callable[[str], "models.QuerySet[User] | None"]
Lent = Callable[[Any], "models.QuerySet[User]"]
PageOf = Callable[[Any], str]


@dataclass(frozen=True)
class Act:
    """`describe` → {"title", "basis", "rows": [[label, value]…], "items": [[…]…], "effects": [sentence…]}.

    It may add "paper", the text that the signature publishes, and "cases": per object {"name", "url", "rows": [[label, value]…], "letters": [[to, title, body]…]}.
    The facts that it gets hold the proposer's note too.
    """

    model: type[models.Model]
    verb: str
    describe: Describe
    execute: Execute
    office: Office
    returned: Execute | None = None
    lent: Lent | None = None
    paper: str = ""  # the template that draws "paper", the text that the signature publishes
    page: PageOf | None = None  # where the record itself stands; no part of the digest, it says nothing


Signers = Callable[[str, Sequence[models.Model], str, Any], Iterable[str]]
_acts: dict[tuple[str, str], Act] = {}
_signers: list[Signers] = []


def knows_signers(rule: Signers) -> Signers:
    """Register who looks whether an office has somebody to sign: (office, objects, verb, by) → sentences if nobody."""
    _signers.append(rule)
    return rule


def nobody_to_sign(objects: Sequence[models.Model], verb: str, *, by) -> list[str]:
    """Why a draft would wait for ever; asked before one is written."""
    office = _acts[type(objects[0])._meta.label_lower, verb].office(objects[0])
    said = [sentence for rule in _signers for sentence in rule(office, objects, verb, by)]
    if said or seconds_for(objects, verb, by=by).people:
        return said
    return [
        "除您以外，现在没有人可以审签此事项，拟办后无人审签。请先由系统管理员为另一位可以审签的人员开通账号。"
    ]


def of_the_ministry(obj: models.Model) -> str:
    return ""


def office_at(way: str) -> Office:
    """The office whose key stands at the end of these fields; the ministry where one of them is empty."""

    def office(obj: Any) -> str:
        for name in way.split("."):
            obj = obj and getattr(obj, name)
        return str(obj or "")

    return office


def page_at(name: str, key: str = "pk") -> PageOf:
    """The page of that name, for the row itself or for the one that its field names."""
    return lambda row: reverse(name, args=[getattr(row, key)])


def register_act(
    model: type[models.Model],
    verb: str,
    *,
    describe: Describe,
    execute: Execute | None = None,
    office: Office = of_the_ministry,
    returned: Execute | None = None,
    lent: Lent | None = None,
    paper: str = "",
    page: PageOf | None = None,
) -> None:
    """`office` says whose act it is: who else may read the proposal follows from it; `lent`, who of another office
    was appointed to it. `returned` ends what was made for the proposal alone; `page` is the record's address for
    who signs, "" where there is none, and left out where every case of the description has its own."""
    _acts[model._meta.label_lower, verb] = Act(
        model, verb, describe, execute or _perform_each, office, returned, lent, paper, page
    )


_offices: list[People] = []


def register_office(people: People) -> People:
    """An app says who works in an office whose key it knows; None for the keys of others."""
    _offices.append(people)
    return people


def people_of(office: str) -> models.QuerySet[User]:
    """Who works in an office: the ministry's people where it is empty."""
    if not office:
        return User.objects.filter(role__in=MINISTRY, is_active=True)
    found = (people(office) for people in _offices)
    return next((rows for rows in found if rows is not None), User.objects.none())


@dataclass(frozen=True)
class Seconds:
    """Who could sign an act as the second person; `office` says whose act it is."""

    office: str
    people: list[User]


def seconds_for(objects: Sequence[models.Model], verb: str, *, by) -> Seconds:
    """Asked before anybody proposes the act, so that nobody proposes what nobody can sign."""
    act = _acts[objects[0]._meta.label_lower, verb]
    office = act.office(objects[0])
    keys = [obj.pk for obj in objects]
    return Seconds(office, able_to(act.model, keys, verb, people_on(act, objects).exclude(pk=by.pk)))


def people_on(act: Act, objects: Sequence[models.Model]) -> models.QuerySet[User]:
    """Who works on these objects: their office, and who was lent to it for the first of them."""
    people = people_of(act.office(objects[0]))
    return people | act.lent(objects[0]) if act.lent else people


def able_to(
    model: type[models.Model], keys: Sequence[Any], verb: str, people: models.QuerySet[User]
) -> list[User]:
    """Who of these people holds the verb on every one of the rows."""
    roles = table()[model._meta.label_lower].get(verb, ())
    rows: Any = model._default_manager.filter(pk__in=keys)
    able = people.filter(role__in=roles, is_active=True).order_by("name", "username")
    return [user for user in able if rows.for_user(user, verb).count() == len(keys)]


def act_of(signoff: SignOff) -> Act:
    return _acts[signoff.model, signoff.verb]


def objects_of(signoff: SignOff) -> list[models.Model]:
    """The objects in the order in which they were proposed."""
    model = apps.get_model(signoff.model)
    found = {str(row.pk): row for row in model._default_manager.filter(pk__in=signoff.object_ids)}
    return [found[key] for key in signoff.object_ids]


def describe(signoff: SignOff) -> dict[str, Any]:
    """What a signer is shown now; its digest must equal what was proposed."""
    return act_of(signoff).describe(objects_of(signoff), {**signoff.facts, "note": signoff.note})


@transaction.atomic
def prepare(objects: Iterable[models.Model], verb: str, *, by, note: str = "", **facts) -> SignOff:
    """Propose a two-person act. Raises PermissionDenied or TransitionBlocked; facts must be plain JSON."""
    objects = list(objects)
    if not objects:
        raise TransitionBlocked(["请至少选择一项。"])
    model = type(objects[0])
    label = verbs_of(model)[verb].label
    _hold(model, [obj.pk for obj in objects])
    for obj in objects:
        if not allowed(by, f"prepare_{verb}", obj):
            raise PermissionDenied(f"您没有拟办“{label}”的权限。")
        reasons = missing(obj, verb, by=by)
        if waiting_for(obj).exists():
            reasons.append("已有一项拟办事项等待审签，请先办结或退回。")
        if reasons:
            raise TransitionBlocked(
                [f"{obj}：{reason}" if len(objects) > 1 else reason for reason in reasons]
            )
    act = _acts[model._meta.label_lower, verb]
    office = _office_that_signs(act, objects, by=by)
    shown = act.describe(objects, {**facts, "note": note})
    signoff = SignOff.objects.create(
        model=model._meta.label_lower,
        verb=verb,
        object_ids=[str(obj.pk) for obj in objects],
        facts=facts,
        note=note,
        office=office,
        shown=shown,
        digest=sha256_hex(canonical_json(shown).encode()),
        proposer=by,
        proposed_at=clock.now(),
    )
    for obj in objects:
        audit.record(action=f"prepare_{verb}", obj=obj, by=by, note=note, facts={"digest": signoff.digest})
    outbox.send("signoff", key=f"signoff:{signoff.pk}", signoff=str(signoff.pk))
    return signoff


def _office_that_signs(act: Act, objects: Sequence[models.Model], *, by) -> str:
    offices = {act.office(obj) for obj in objects}
    if len(offices) > 1:
        raise TransitionBlocked(["所选事项分属不同的办理单位，请分别办理。"])
    if unsigned := nobody_to_sign(objects, act.verb, by=by):
        raise TransitionBlocked(unsigned)
    return offices.pop()


@transaction.atomic
def sign(signoff: SignOff, *, by, answer: str = "") -> SignOff:
    """The second person signs and the act is carried out at once, for all objects or for none."""
    row = _lock(signoff)
    act = act_of(row)
    _hold(
        act.model, row.object_ids
    )  # what is described and compared is what is carried out: nobody changes it between
    objects = objects_of(row)
    if by.pk == row.proposer_id:
        raise TransitionBlocked(["拟办人与审签人须为两人，请由另一位负责人审签。"])
    for obj in objects:
        if not allowed(by, row.verb, obj):
            raise PermissionDenied("您没有审签此事项的权限。")
    present = act.describe(objects, {**row.facts, "note": row.note})
    if any(sha256_hex(canonical_json(words).encode()) != row.digest for words in (present, row.shown)):
        raise TransitionBlocked(["拟办之后内容已有变化，请退回后按最新内容重新拟办。"])
    row.state, row.signer, row.signed_at, row.answer = SignOff.State.SIGNED, by, clock.now(), answer
    row.save()
    act.execute(row, objects, by)
    return row


@transaction.atomic
def send_back(signoff: SignOff, *, by, answer: str) -> SignOff:
    """The second person (or the proposer) withdraws the proposal; nothing has happened to the objects."""
    row = _lock(signoff)
    objects = objects_of(row)
    if by.pk != row.proposer_id and not all(allowed(by, row.verb, obj) for obj in objects):
        raise PermissionDenied("您没有退回此事项的权限。")
    if not answer.strip():
        raise TransitionBlocked(["退回需要写明理由。"])
    row.state, row.signed_at, row.answer = SignOff.State.RETURNED, clock.now(), answer
    if by.pk != row.proposer_id:
        row.signer = by
    row.save()
    for obj in objects:
        audit.record(action=f"return_{row.verb}", obj=obj, by=by, note=answer)
    if returned := act_of(row).returned:
        returned(row, objects, by)
    outbox.send("signoff", key=f"signoff:{row.pk}:returned", signoff=str(row.pk))
    return row


def _hold(model: type[models.Model], keys: Sequence[Any]) -> None:
    """Who proposes, signs or changes the same at one moment waits: the second finds what the first has done."""
    rows = model._base_manager.select_for_update(of=("self",)).filter(pk__in=keys)
    list(rows.order_by("pk").values_list("pk"))


def ids_waiting(model: type[models.Model]) -> set[str]:
    """Of all rows of a model, which wait for a second person; one query whatever their number."""
    return {key for keys in lists_waiting(model) for key in keys}


def lists_waiting(model: type[models.Model]) -> models.QuerySet:
    """The keys of each act that waits, one list an act."""
    acts = SignOff.objects.filter(state=SignOff.State.WAITING, model=model._meta.label_lower)
    return acts.values_list("object_ids", flat=True)


def waiting_for(obj: models.Model):
    return SignOff.objects.filter(
        state=SignOff.State.WAITING, model=obj._meta.label_lower, object_ids__contains=[str(obj.pk)]
    )


def may_sign(signoff: SignOff, user) -> bool:
    return (
        signoff.state == SignOff.State.WAITING
        and signoff.proposer_id != user.pk
        and all(allowed(user, signoff.verb, obj) for obj in objects_of(signoff))
    )


def signers_of(signoff: SignOff) -> list[User]:
    """Who may sign it now: the ministry's, or those of the province whose act it is."""
    if signoff.state != SignOff.State.WAITING:
        return []
    people = people_on(act_of(signoff), objects_of(signoff)).exclude(pk=signoff.proposer_id)
    return able_to(act_of(signoff).model, signoff.object_ids, signoff.verb, people)


def _lock(signoff: SignOff) -> SignOff:
    row = SignOff.objects.select_for_update().get(pk=signoff.pk)
    if row.state != SignOff.State.WAITING:
        raise TransitionBlocked([f"此事项已由{row.signer or row.proposer}办结，请刷新页面。"])
    return row


def _perform_each(signoff: SignOff, objects: Sequence[models.Model], by) -> None:
    for obj in objects:
        perform(obj, signoff.verb, by=by, note=signoff.note, signoff=signoff, **signoff.facts)
