"""What must be in place before a title or what hangs on it changes. Higher apps add their own requirements."""

from __future__ import annotations

from collections.abc import Iterator

from platforms.models import AnnualSummary, Complaint, ImportBatch, ImportRow, ProvincialTitle
from platforms.notices.batches import obstacles_of
from platforms.summaries.figures import FIGURES, TEXTS
from portal.kernel.workflow import Attempt, requires
from portal.shared.workingdays import date_cn_weekday


@requires(AnnualSummary, "file")
def summary_is_complete(summary: AnnualSummary, attempt: Attempt) -> Iterator[str]:
    empty = [figure.label for figure in FIGURES if getattr(summary, figure.code) is None]
    empty += [label for code, label, _ in TEXTS if not getattr(summary, code).strip()]
    if empty:
        yield f"还有 {len(empty)} 项没有填写：{'、'.join(empty)}。"


@requires(Complaint, "conclude", article=15)
def fraud_takes_two(complaint: Complaint, attempt: Attempt) -> Iterator[str]:
    """Whether 弄虚作假 is cleared or found, one person alone never says so (Art. 15)."""
    if complaint.alleges_fraud:
        yield "此件反映弄虚作假，须由两人办结：请办理“弄虚作假投诉办结”，由本单位另一位负责人审签。"


@requires(Complaint, "decline", article=15)
def declining_fraud_takes_two(complaint: Complaint, attempt: Attempt) -> Iterator[str]:
    """What nobody looks into is cleared as well (Art. 15)."""
    if complaint.alleges_fraud:
        yield "此件反映弄虚作假，须由两人决定不予受理：请办理“弄虚作假投诉不予受理”，由本单位另一位负责人审签。"


@requires(Complaint, "decline_fraud")
@requires(Complaint, "conclude_fraud")
def fraud_is_alleged(complaint: Complaint, attempt: Attempt) -> Iterator[str]:
    if not complaint.alleges_fraud:
        yield "此件没有反映弄虚作假，请按一般投诉办理。"


@requires(Complaint, "conclude")
@requires(Complaint, "conclude_fraud")
def platform_was_heard(complaint: Complaint, attempt: Attempt) -> Iterator[str]:
    """Nothing is held against a platform that may still speak; what is not upheld need not wait."""
    if attempt.looking_ahead or attempt.facts.get("finding") == Complaint.Finding.UNTRUE:
        return
    if awaited := awaited_answer(complaint):
        yield awaited


def awaited_answer(complaint: Complaint) -> str:
    """Until when the platform may answer, and what can be done before; empty when it has answered or its time is over."""
    if not complaint.answer_is_awaited:
        return ""
    return (
        f"平台可以在 {date_cn_weekday(complaint.answer_due_on)} 24:00 前作出说明；"
        f"此前平台没有说明的，只能以“{Complaint.Finding.UNTRUE.label}”办结。"
    )


@requires(ProvincialTitle, "renew")
def term_comes_to_its_end(title: ProvincialTitle, attempt: Attempt) -> Iterator[str]:
    if title.valid_until is None:
        yield "此称号不设期限，不需要复核确认。"
    elif not title.is_ending:
        yield f"有效期至 {title.valid_until:%Y-%m-%d}，到期前一年内办理复核确认。"


@requires(ImportBatch, "apply")
def notice_decides(batch: ImportBatch, attempt: Attempt) -> Iterator[str]:
    if batch.kind == ImportBatch.Kind.NOTICE:
        yield from obstacles_of(batch)


@requires(ImportBatch, "apply")
def every_heading_is_known(batch: ImportBatch, attempt: Attempt) -> Iterator[str]:
    """A column that nobody read may be the one that says 已撤销."""
    for one in batch.open_strangers:
        gap = "" if one["cell"].endswith("格") else " "
        yield f"{one['cell']}{gap}的列“{one['label']}”没有识别，请指定它是哪一列，或者注明不需要。"


@requires(ImportBatch, "apply")
def notice_can_be_read(batch: ImportBatch, attempt: Attempt) -> Iterator[str]:
    named = batch.notice_address or batch.notice_file_id or batch.source_text
    if batch.is_of_titles and not named and not (batch.kind == ImportBatch.Kind.NOTICE and batch.file_id):
        yield "没有公告原文，请上传公告文件或者填写公告网址。"


@requires(ImportBatch, "apply")
def every_row_is_decided(batch: ImportBatch, attempt: Attempt) -> Iterator[str]:
    rows = batch.rows.exclude(decision=ImportRow.Decision.SKIP)
    wrong = rows.filter(match=ImportRow.Match.WRONG).count()
    if wrong:
        how = "在下面逐行更正" if batch.kind == ImportBatch.Kind.NOTICE else "更正后重新上传"
        yield f"还有 {wrong} 行有错误，请{how}，或者选择不导入。"
    unsure = rows.filter(decision="").exclude(match=ImportRow.Match.WRONG).count()
    if unsure:
        yield f"还有 {unsure} 行需要判断归入哪个平台，请逐行选择。"
    if not rows.exists():
        yield "没有要导入的行。"
