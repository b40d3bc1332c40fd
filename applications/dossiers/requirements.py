"""Filed facts of a unit and its platform: what stays as it was handed in, and which door is left for a change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from applications.models import Application
from applications.states import EDITABLE, LIVE, WITH_RECOMMENDER, ApplicationState
from platforms.models import Organisation, Platform
from platforms.organisations.services import keeps

AS_FILED = {"name", "kind", "functions", "jurisdiction", "operating_since", "organisation"}
UNIT_AS_FILED = {"name", "kind", "established_on"}
# Its names are proven by 变更登记 and its line is corrected; all else stays.
ON_A_LIST = ApplicationState.PUBLICISED


def _filed(changed: set[str], **whose) -> Application | None:
    """The dossier that holds these facts; one on a public list leaves the names to a case."""
    states = set(LIVE) - set(EDITABLE)
    if changed == {"name"}:
        states.discard(ON_A_LIST)
    return Application.objects.filter(state__in=states, **whose).first()


def _way_to_change(filed: Application) -> str:
    """Who can still let it be changed, by where the dossier is now."""
    if filed.state in WITH_RECOMMENDER:
        return "确有变更的，请与推荐单位联系，由其退回补正后修改。"
    if filed.state == ApplicationState.REPORTED:
        return "确有变更的，请与工业和信息化部联系，由其要求补正后修改。"
    return "依法变更名称的，列入公示后在“变更登记”中提出，核验后更正公示。"


@keeps(Organisation)
def a_unit_stays_as_filed(organisation: Organisation, changed: set[str]) -> Iterable[str]:
    held = changed & UNIT_AS_FILED
    filed = _filed(held, platform__organisation=organisation) if held else None
    if filed:
        yield (
            f"{filed}（{filed.number}）正在办理，单位名称、性质和成立时间以提交时为准，办结前不能变更。"
            f"{_way_to_change(filed)}"
        )


@keeps(Platform)
def a_platform_stays_as_filed(platform: Platform, changed: set[str]) -> Iterable[str]:
    """What was filed, evaluated and publicised is what gets the title: no other name or place on the way."""
    held = changed & AS_FILED
    filed = _filed(held, platform=platform) if held else None
    if filed:
        yield (
            f"{filed}（{filed.number}）正在办理，平台名称、类型、服务功能、运营单位、所在地区和运营起始日期以提交时为准，办结前不能变更。"
            f"{_way_to_change(filed)}"
        )


@keeps(Organisation, in_case=False)
def a_name_on_a_list_is_changed_by_case(organisation: Organisation, changed: set[str]) -> Iterable[str]:
    if changed & UNIT_AS_FILED == {"name"}:
        yield from _on_a_list(platform__organisation=organisation)


@keeps(Platform, in_case=False)
def a_platform_on_a_list_is_renamed_by_case(platform: Platform, changed: set[str]) -> Iterable[str]:
    if changed & AS_FILED == {"name"}:
        yield from _on_a_list(platform=platform)


def _on_a_list(**whose) -> Iterator[str]:
    listed = Application.objects.filter(state=ON_A_LIST, **whose).first()
    if listed:
        yield (
            f"{listed}（{listed.number}）正在公示，名称不能自行修改：请在“变更登记”中提交证照，核验后由工业和信息化部更正公示。"
        )
