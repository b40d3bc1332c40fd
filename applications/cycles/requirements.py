"""What publishing, taking back and ending a year waits for; no title enters the register behind the back of a round."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from applications.models import Application, Cycle
from applications.provincial_rounds.services import is_named_as_now
from applications.states import LIVE, ApplicationState, CycleState
from platforms.models import ImportBatch, ImportRow
from portal.kernel import clock
from portal.kernel.workflow import Attempt, demands_words, requires
from portal.shared.workingdays import date_cn_weekday


def years_run_here() -> set[int]:
    """The years whose national round was published in the portal."""
    rounds = Cycle.objects.national().exclude(state=CycleState.DRAFT)
    return set(rounds.values_list("year", flat=True))


@requires(ImportBatch, "apply")
def no_grant_in_a_year_that_the_portal_ran(batch: ImportBatch, attempt: Attempt) -> Iterator[str]:
    if not batch.is_of_titles:
        return
    run = years_run_here()
    for row in batch.rows.exclude(decision=ImportRow.Decision.SKIP).exclude(match=ImportRow.Match.WRONG):
        cells = row.cells
        if cells.get("event", "granted") != "granted":
            continue
        years = {int(cells["year"]), int(cells["granted_on"][:4])} & run
        if years:
            yield (
                f"第 {row.number} 行：{min(years)} 年度的认定在本系统办理，称号只能由申报、评审和公示产生，"
                "不能由名单导入。请选择不导入此行。"
            )


@demands_words(Cycle, "publish")
def reviews_after_the_month(cycle: Cycle) -> bool:
    """Art. 11 gives April to the ministry's work: a year that gives more says why (the page asks for it)."""
    return cycle.programme_id is None and cycle.review_until > cycle.handling_until


@requires(Cycle, "publish")
def edition_is_known(cycle: Cycle, attempt: Attempt) -> Iterable[str]:
    unknown = cycle.edition.unknown_parts()
    if unknown:
        yield f"适用办法“{cycle.edition.title}”有未取得原文的内容（{'、'.join(unknown)}），不能据此发布年度安排。"
    if cycle.filing_until < clock.today():
        yield "填报截止日期已过，请先调整日期。"


@requires(Cycle, "publish", article=18)
def round_is_named_as_its_programme(cycle: Cycle, attempt: Attempt) -> Iterable[str]:
    """Art. 18: honour and number series are frozen by publishing, so they must be the programme's own."""
    if cycle.programme_id and not is_named_as_now(cycle):
        yield "省级认定的称号名称或者编号前缀已有修改，请打开“修改”核对并重新保存后再发布。"


@requires(Cycle, "take_back")
def filing_has_not_begun(cycle: Cycle, attempt: Attempt) -> Iterable[str]:
    if clock.today() >= cycle.filing_from:
        yield f"{cycle}已于 {date_cn_weekday(cycle.filing_from)}开始填报，不能再收回；日期和规则可以说明理由后修改。"


@requires(Cycle, "end")
def nothing_in_it_is_alive(cycle: Cycle, attempt: Attempt) -> Iterable[str]:
    alive = [state for state in LIVE if state != ApplicationState.DRAFT]
    number = Application.objects.filter(cycle=cycle, state__in=alive).count()
    if number:
        yield f"还有 {number} 件申报没有办结。"


@requires(Cycle, "close")
def cycle_is_over(cycle: Cycle, attempt: Attempt) -> Iterable[str]:
    if clock.today() <= cycle.closes_on:
        yield f"年度至 {date_cn_weekday(cycle.closes_on)}结束，届时由系统自动办理。"
