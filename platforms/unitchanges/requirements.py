"""What must be in place before the change of a unit that has a title, or stands on a public list, goes on."""

from __future__ import annotations

from collections.abc import Iterator

from platforms.models import Platform, UnitChange
from platforms.organisations.services import reasons_against_name, what_keeps
from platforms.states import LIVE_TITLES
from platforms.unitchanges.models import UNIT
from platforms.unitchanges.receiving import consent_of, refusal_of
from portal.kernel.workflow import Attempt, requires


@requires(UnitChange, "verify")
@requires(UnitChange, "agree")
@requires(UnitChange, "approve")
def nothing_holds_it(change: UnitChange, attempt: Attempt) -> Iterator[str]:
    """No check, suspension or dossier is escaped: asked again at every step, for all of it may begin meanwhile."""
    yield from reasons_against(change.platform, set(change.wanted))


@requires(UnitChange, "agree")
@requires(UnitChange, "approve")
def both_have_agreed(change: UnitChange, attempt: Attempt) -> Iterator[str]:
    if attempt.verb == "agree" and not change.moves_to_id:
        yield "此变更不涉及迁移，不需要迁入地同意。"
    if attempt.verb == "approve" and change.moves_to_id and not change.agreed_at:
        yield f"迁入地{change.moves_to.name}尚未同意。"


@requires(UnitChange, "verify")
@requires(UnitChange, "approve")
def new_operator_has_agreed(change: UnitChange, attempt: Attempt) -> Iterator[str]:
    if change.operator_id and consent_of(change) is None:
        said = "不同意接收，请由提出单位撤回" if refusal_of(change) else "尚未同意接收"
        yield f"接收单位{change.operator.name}{said}。"


@requires(UnitChange, "verify")
@requires(UnitChange, "approve")
def name_is_free_where_it_goes(change: UnitChange, attempt: Attempt) -> Iterator[str]:
    """Another platform of that name may have been registered since the case was filed."""
    _, name = change.wanted.get("platform_name", ("", change.platform.name))
    yield from reasons_against_name(change.operator or change.platform.organisation, name, of=change.platform)


@requires(UnitChange, "approve")
def registered_facts_are_as_filed(change: UnitChange, attempt: Attempt) -> Iterator[str]:
    for code, (before, _) in change.wanted.items():
        if current(change.platform, code) != before:
            yield "登记信息在提出之后已有变化，请退回单位，由其撤回后重新提出。"
            return


def current(platform: Platform, code: str) -> str:
    """What is registered now under one of the fields of a case."""
    unit = platform.organisation
    if code in UNIT:
        return getattr(unit, code)
    special = {"platform_name": platform.name, "operator": f"{unit.name}（{unit.uscc}）"}
    special["jurisdiction"] = platform.jurisdiction.name
    return special[code] if code in special else getattr(platform, code)


FIELDS = {"platform_name": "name", "operator": "organisation"}


def reasons_against(platform: Platform, codes: set[str]) -> Iterator[str]:
    """A case is for what nobody may change alone, and not for what even a case may not change."""
    of_unit = {code for code in codes if code in UNIT}
    of_place = {FIELDS.get(code, code) for code in codes - of_unit}
    rows = ((platform, of_place), (platform.organisation, of_unit))
    is_titled = platform.designations.filter(state__in=LIVE_TITLES).exists()
    if not is_titled and not any(what_keeps(row, changing) for row, changing in rows):
        yield "此平台没有有效称号，登记信息可以直接修改。"
    for row, changing in rows:
        yield from what_keeps(row, changing, in_case=True)
