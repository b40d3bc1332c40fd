"""What must be in place before a title or what hangs on it changes. Higher apps add their own requirements."""

from __future__ import annotations

from collections.abc import Iterator

from platforms.figures import FIGURES, TEXTS
from platforms.models import AnnualSummary, Complaint
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
