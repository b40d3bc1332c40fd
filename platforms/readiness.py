"""What must be in place before a title or what hangs on it changes. Higher apps add their own requirements."""

from __future__ import annotations

from collections.abc import Iterator

from platforms.figures import FIGURES, TEXTS
from platforms.models import AnnualSummary, Complaint, ImportBatch, ImportRow, ProvincialTitle
from portal.workflow import Attempt, requires


@requires(AnnualSummary, "file")
def summary_is_complete(summary: AnnualSummary, attempt: Attempt) -> Iterator[str]:
    empty = [figure.label for figure in FIGURES if getattr(summary, figure.code) is None]
    empty += [label for code, label, _ in TEXTS if not getattr(summary, code).strip()]
    if empty:
        yield f"还有 {len(empty)} 项没有填写：{'、'.join(empty)}。"


@requires(Complaint, "conclude")
def platform_was_heard(complaint: Complaint, attempt: Attempt) -> Iterator[str]:
    if complaint.answer_is_awaited:
        yield f"平台尚未作出说明，期限 {complaint.answer_due_on:%Y-%m-%d}；到期仍未说明的可以直接办结。"


@requires(ProvincialTitle, "renew")
def term_comes_to_its_end(title: ProvincialTitle, attempt: Attempt) -> Iterator[str]:
    if title.valid_until is None:
        yield "此称号不设期限，不需要复核确认。"
    elif not title.is_ending:
        yield f"有效期至 {title.valid_until:%Y-%m-%d}，到期前一年内办理复核确认。"


@requires(ImportBatch, "apply")
def every_row_is_decided(batch: ImportBatch, attempt: Attempt) -> Iterator[str]:
    rows = batch.rows.exclude(decision=ImportRow.Decision.SKIP)
    wrong = rows.filter(match=ImportRow.Match.WRONG).count()
    if wrong:
        yield f"还有 {wrong} 行有错误，请更正后重新上传，或者选择不导入。"
    unsure = rows.filter(decision="").exclude(match=ImportRow.Match.WRONG).count()
    if unsure:
        yield f"还有 {unsure} 行需要判断归入哪个平台，请逐行选择。"
    if not rows.exists():
        yield "没有要导入的行。"
