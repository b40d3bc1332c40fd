"""The experts' rubric on the cycle desk: edited while the year is in preparation, frozen by its publication."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.shortcuts import redirect, render

from applications.cycles.services import change_cycle
from applications.cycles.texts import mark_of
from applications.editions.model import Dimension
from applications.editions.scoring import BANDS, MOST, problems_of, to_json
from applications.models import Cycle
from applications.states import CycleState
from portal.kernel.permissions import fetch
from portal.pages.forms import PortalForm
from portal.pages.refusals import refusals_at

SPARE = 2


class ExpertsRubricForm(PortalForm):
    """Dimensions as rows; an emptied name drops the row, two empty rows wait at the end."""

    def __init__(self, *args, rubric=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.published = list(rubric)

    def rows(self) -> list[dict]:
        typed = 0
        if self.is_bound:
            typed = next((n for n in range(2 * MOST) if f"name_{n}" not in self.data), 2 * MOST)
        many = max(len(self.published) + SPARE, typed)
        return [self._row(n, self.published[n] if n < len(self.published) else None) for n in range(many)]

    def _row(self, number: int, row: Dimension | None) -> dict:
        words = dict(row.anchors) if row else {}
        values = {
            "code": row.code if row else "",
            "name": row.name if row else "",
            "weight": row.weight if row else "",
        }
        anchors = [words.get(band, "") for band in BANDS]
        if self.is_bound:
            values = {name: self.data.get(f"{name}_{number}", "").strip() for name in values}
            anchors = [self.data.get(f"anchor_{number}_{at}", "").strip() for at in range(len(BANDS))]
        return {"number": number, **values, "anchors": list(zip(BANDS, anchors, strict=True))}

    def clean(self):
        cleaned = super().clean()
        self.found, known = [], {row.code for row in self.published}
        for row in self.rows():
            if not row["name"]:
                continue
            if not (str(row["weight"]).isdecimal() and 1 <= int(row["weight"]) <= 100):
                self.add_error(None, f"“{row['name']}”的权重应为 1 到 100 的整数。")
                continue
            code = row["code"] if row["code"] in known else f"d{uuid.uuid4().hex[:8]}"
            anchors = tuple((band, words[:120]) for band, words in row["anchors"])
            self.found.append(Dimension(code, row["name"][:20], int(row["weight"]), anchors))
        if not self.errors:
            for problem in problems_of(self.found):
                self.add_error(None, problem)
        return cleaned


def experts_rubric(request, pk):
    """What the experts score, with weights and anchors; of a published year it is shown and stands."""
    row = fetch(Cycle.objects.national(), request.user, "edit", pk=pk)
    rubric = row.edition.rubric
    mark, is_draft = mark_of(to_json(rubric)), row.state == CycleState.DRAFT
    form = ExpertsRubricForm(request.POST or None, rubric=rubric)
    status = 200
    if request.method == "POST":
        status = 422
        if not form.is_valid():
            pass  # its own sentences stand at the form
        elif not is_draft:
            form.add_error(None, "年度已发布，评分维度随适用办法封存，不能再改。")
        elif request.POST.get("seen") != mark:
            form.add_error(
                None,
                "您打开此页后，评分维度已被他人修改。您填写的内容没有丢失，也还没有保存，请核对后再保存。",
            )
            status = 409
        if form.is_valid():
            with refusals_at(form):
                overlay = {**row.edition_overlay, "rubric": to_json(form.found)}
                change_cycle(row, by=request.user, reason="", edition_overlay=overlay)
                messages.success(request, "专家评分维度已保存，随年度发布封存。")
                return redirect("cycle", row.pk)
    context = {
        "row": row,
        "form": form,
        "rows": form.rows(),
        "is_draft": is_draft,
        "bands": BANDS,
        "rubric": rubric,
        "seen": mark,
    }
    return render(request, "applications/cycles/experts_rubric.html", context, status=status)
