"""Changes on the desks of those whose turn it is."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from platforms.models import UnitChange
from platforms.states import OPEN_CHANGES, ChangeState
from platforms.unitchanges.receiving import consented, declined, is_late, waited_for
from portal.desk.todo import Todo, counted, provides_todos_of
from portal.kernel import clock
from portal.kernel.signoff import lists_waiting

WAITS_FOR = {
    ChangeState.FILED: "主管部门核验",
    ChangeState.VERIFIED: "迁入地同意",
    ChangeState.AGREED: "工业和信息化部决定",
}


def _todo(row: UnitChange, hint: str = "", **more) -> Todo:
    unit = row.platform.organisation_id
    return Todo(
        f"变更登记：{row.platform.name}", reverse("unit_change", args=[row.pk]), hint, unit=unit, **more
    )


def _late(since, more: str = "") -> str:
    """How long an answer has been waited for, once that is worth saying."""
    if not is_late(since):
        return ""
    return f"，已等 {waited_for(since, clock.today())} 个工作日" + (f"，{more}" if more else "")


@provides_todos_of(UnitChange, "withdraw")
def changes_of_ours(user) -> Iterator[Todo]:
    rows = UnitChange.objects.for_user(user, "explain").filter(state__in=OPEN_CHANGES)
    for row in (yield rows.select_related("platform").annotate(consented=consented(), declined=declined())):
        if row.state == ChangeState.QUERIED:
            yield _todo(row, "请说明不一致之处", action="说明", urgent=True)
        elif row.operator_id and not row.consented and row.declined:
            yield _todo(row, "接收单位不同意接收，请撤回", action="查看", urgent=True)
        elif row.operator_id and not row.consented:
            yield _todo(
                row, _late(row.filed_at, "可以与其联系，或者撤回").lstrip("，"), waiting_for="接收单位同意"
            )
        else:
            direct = row.state == ChangeState.VERIFIED and not row.moves_to_id
            yield _todo(row, waiting_for=WAITS_FOR[ChangeState.AGREED if direct else row.state])


@provides_todos_of(UnitChange, "receive")
def changes_that_come_to_us(user) -> Iterator[Todo]:
    rows = UnitChange.objects.for_user(user, "receive").filter(
        ~consented(), ~declined(), state__in=OPEN_CHANGES
    )
    for row in (yield rows.select_related("platform")):
        unit = row.operator_id
        yield Todo(
            f"变更登记：{row.platform.name}",
            reverse("unit_change", args=[row.pk]),
            "请答复是否接收该平台" + _late(row.filed_at),
            action="答复",
            unit=unit,
            urgent=is_late(row.filed_at),
        )


@provides_todos_of(UnitChange, "verify")
def changes_to_verify(user) -> Iterator[Todo]:
    rows = UnitChange.objects.for_user(user, "verify").filter(state=ChangeState.FILED)
    for row in (yield rows.select_related("platform").annotate(consented=consented(), declined=declined())):
        if row.operator_id and not row.consented:
            late = "" if row.declined else _late(row.filed_at).lstrip("，")
            yield _todo(row, late, waiting_for="提出单位撤回" if row.declined else "接收单位同意")
        else:
            yield _todo(row, "请与证照逐项核对", action="核验")


@provides_todos_of(UnitChange, "agree")
def changes_to_agree(user) -> Iterator[Todo]:
    rows = UnitChange.objects.for_user(user, "agree").filter(state=ChangeState.VERIFIED)
    for row in (yield rows.select_related("platform")):
        late = is_late(row.verified_at)
        yield _todo(row, "迁出地已同意" + _late(row.verified_at), action="答复", urgent=late)


@provides_todos_of(UnitChange, "prepare_approve")
def changes_to_decide(user) -> Iterator[Todo]:
    ready = UnitChange.objects.filter(state=ChangeState.AGREED) | UnitChange.objects.filter(
        state=ChangeState.VERIFIED, moves_to=None
    )
    waiting, keys = yield lists_waiting(UnitChange), ready.values_list("pk", flat=True)
    signed = {key for keys in waiting for key in keys}
    count = sum(str(key) not in signed for key in keys)
    yield from counted("待决定的变更登记 {} 件", count, reverse("unit_changes"), "主管部门已核验")
