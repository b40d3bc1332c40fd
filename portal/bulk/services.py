"""Many cases by one act: each judged and carried out like a single one, told one by one, and never twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from portal.bulk.models import BulkRun
from portal.bulk.registry import BulkList, BulkVerb, list_of, name_of, verb_of
from portal.files.taking import looked_into
from portal.kernel import audit, clock, signoff
from portal.kernel.permissions import demand_role, forbid, rows_of
from portal.kernel.workflow import TransitionBlocked

MOST = 1000  # cases in one act


@dataclass(frozen=True)
class Verdict:
    """One case before the act: what is known of it, and why it is left out; no reason means that it is done."""

    obj: Any
    name: str
    url: str
    fact: str
    reasons: tuple[str, ...] = ()


@transaction.atomic
def choose(of: BulkList, verb: BulkVerb, keys: Sequence[str], *, query: str, by) -> BulkRun:
    """Keep which cases were chosen; what becomes of them is judged anew whenever it is shown."""
    demand_role(of.model, by, verb.permission_on(of.model), "您没有办理此事项的权限。")
    if not keys:
        raise TransitionBlocked(["请先勾选要办理的事项，或者选择当前筛选的全部。"])
    if len(keys) > MOST:
        raise TransitionBlocked([f"一次最多办理 {MOST} 件，请先筛选。"])
    return BulkRun.objects.create(
        list_key=of.key,
        verb=verb.name,
        object_ids=list(keys),
        query=query[:500],
        chosen_by=by,
        chosen_at=clock.now(),
    )


def cases_of(run: BulkRun) -> list:
    """The chosen cases in the order in which they stood in the list."""
    of = list_of(run.list_key)
    rows = of.model._default_manager.filter(pk__in=run.object_ids)
    found = {str(row.pk): row for row in rows.select_related(*of.related).prefetch_related(*of.prefetched)}
    return [found[key] for key in run.object_ids if key in found]


def judge(run: BulkRun, *, by) -> list[Verdict]:
    """What would happen to which case now, and which are left out and why."""
    of, verb = list_of(run.list_key), verb_of(run.list_key, run.verb)
    cases = cases_of(run)
    mine = rows_of(of.model).for_user(by, verb.permission_on(of.model)).filter(pk__in=run.object_ids)
    reached = set(mine.values_list("pk", flat=True))
    waiting = signoff.ids_waiting(of.model) if verb.is_signed(of.model) else set()
    found = []
    for obj in cases:
        if obj.pk not in reached:
            reasons = ["您没有办理此件的权限。"]
        elif str(obj.pk) in waiting:
            reasons = ["已有一项拟办事项等待审签，请先办结或退回。"]
        else:
            reasons = verb.reasons(obj, by)
        found.append(Verdict(obj, name_of(obj), of.url(obj), verb.fact(obj), tuple(reasons)))
    return found


def carry_out(run: BulkRun, *, by, note: str = "", facts: Mapping[str, Any]) -> BulkRun:
    """Do it to every case that is ready; a second click finds it done. Raises TransitionBlocked when none could be."""
    papers = verb_of(run.list_key, run.verb).papers
    with looked_into(papers, facts) as found:
        return _carry_out(run, by=by, note=note, facts=found)


@transaction.atomic
def _carry_out(run: BulkRun, *, by, note: str, facts: Mapping[str, Any]) -> BulkRun:
    row = BulkRun.objects.select_for_update().get(pk=run.pk)
    if row.done_at:
        return row
    if row.chosen_by_id != by.pk:
        forbid("只能由选定的人办理。")
    of, verb = list_of(row.list_key), verb_of(row.list_key, row.verb)
    verdicts = judge(row, by=by)
    ready = [one for one in verdicts if not one.reasons]
    if not ready:
        raise TransitionBlocked(["所选各件现在都不能办理，理由见下。"])
    refused: dict[Any, Sequence[str]] = {}
    if verb.is_signed(of.model):
        row.signoff = verb.draft([one.obj for one in ready], by=by, note=note, **facts)
    else:
        refused = _each(verb, ready, by=by, note=note, facts=facts)
        if len(refused) == len(ready):
            raise TransitionBlocked(
                dict.fromkeys(reason for reasons in refused.values() for reason in reasons)
            )
    row.results = [
        {
            "id": str(one.obj.pk),
            "name": one.name,
            "url": one.url,
            "reasons": [*one.reasons, *refused.get(one.obj.pk, ())],
        }
        for one in verdicts
    ]
    row.note, row.done_at = note, clock.now()
    row.save()
    done = sum(not line["reasons"] for line in row.results)
    audit.record(
        action="carry_out",
        obj=row,
        by=by,
        note=note,
        facts={
            "verb": f"{of.model._meta.model_name}.{verb.name}",
            "done": done,
            "left_out": len(row.results) - done,
        },
    )
    return row


def _each(verb: BulkVerb, ready: Sequence[Verdict], *, by, note: str, facts: Mapping[str, Any]) -> dict:
    """One by one, each whole or not at all; what is refused is returned with its sentences."""
    refused = {}
    for one in ready:
        try:
            with transaction.atomic():
                verb.carry_out(one.obj, by=by, note=note, **facts)
        except TransitionBlocked as refusal:
            refused[one.obj.pk] = refusal.reasons
        except PermissionDenied as refusal:
            refused[one.obj.pk] = [str(refusal) or "您没有办理此件的权限。"]
    return refused
