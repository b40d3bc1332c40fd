"""Years of the past and years that the portal ran: no title enters the register behind the back of a round."""

from __future__ import annotations

from collections.abc import Iterator

from applications.models import Cycle
from applications.states import CycleState
from platforms.models import ImportBatch, ImportRow
from portal.kernel.workflow import Attempt, requires


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
