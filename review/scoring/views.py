"""The expert's desk: declare, read, score, hand in."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from applications.dossiers.views import register_panel
from portal.kernel import clock
from portal.kernel.permissions import Role, fetch
from portal.kernel.workflow import TransitionBlocked, perform
from portal.pages.forms import version_in
from review.models import Assignment, Expert
from review.records.todo import spot_checks
from review.scoring import services as scoring
from review.states import AssignmentState


def home(request):
    expert = Expert.objects.filter(user=request.user).first()
    if request.user.role != Role.EXPERT or expert is None:
        raise PermissionDenied("此页面属于评审专家。")
    rows = list(
        Assignment.objects.for_user(request.user)
        .select_related(
            "application__platform__organisation", "application__recommender", "application__cycle"
        )
        .order_by("due_on")
    )
    open_rows = [
        row
        for row in rows
        if row.state in ("ASSIGNED", "SCORING") and row.application.state == "UNDER_REVIEW"
    ]
    done = [row for row in rows if row.state == AssignmentState.HANDED_IN]
    return render(
        request,
        "review/scoring/home.html",
        {
            "expert": expert,
            "open": open_rows,
            "checks": list(spot_checks(request.user)),
            "done": done,
            "waiting": [
                row for row in rows if row.state == "ASSIGNED" and row.application.state == "ACCEPTED"
            ],
            "own": own_sheets(rows),
        },
    )


def own_sheets(rows) -> dict:
    """The expert's own scores beside each other, to weigh them alike: one line per dossier, one range per part."""
    sheets = [row for row in rows if row.total is not None]
    if not sheets:
        return {}
    rubric = sheets[0].application.cycle.edition.rubric
    parts = []
    for dimension in rubric:
        scores = [(row.sheet.get(dimension.code) or {}).get("score") for row in sheets]
        parts.append((dimension.name, [score for score in scores if score is not None]))
    lines = [
        (row, [(row.sheet.get(dimension.code) or {}).get("score") for dimension in rubric])
        for row in sorted(sheets, key=lambda row: -row.total)
    ]
    return {
        "dimensions": rubric,
        "lines": lines,
        "parts": [*parts, ("总分", [float(r.total) for r in sheets])],
    }


def declare(request, pk):
    """Before the file opens: whose it is, and nothing of what is in it."""
    row = fetch(
        Assignment.objects.select_related("application__platform__organisation", "application__recommender", "application__cycle", "expert__user"),
        request.user, "declare", pk=pk,
    )  # fmt: skip
    if row.state == AssignmentState.SCORING:
        return redirect("score", pk)
    reasons: list[str] = []
    if request.method == "POST":
        choice = request.POST.get("choice")
        try:
            if choice == "none":
                perform(
                    row,
                    "declare",
                    by=request.user,
                    note="本人与申报单位及其服务企业无利益关系，已阅读评审纪律。",
                )
                return redirect("score", pk)
            if choice == "conflict":
                perform(row, "recuse", by=request.user, note=request.POST.get("reason", ""))
                messages.success(request, "已声明回避，感谢您的说明。")
                return redirect("expert_home")
            reasons = ["请选择有无利益关系。"]
        except TransitionBlocked as refusal:
            reasons = refusal.reasons
    return render(
        request,
        "review/scoring/declare.html",
        {"row": row, "reasons": reasons},
        status=422 if reasons else 200,
    )


def score(request, pk):
    """Save as far as it goes, or hand in; the dossier stands beside."""
    row = fetch(
        Assignment.objects.select_related("application__cycle", "application__platform"),
        request.user,
        "score",
        pk=pk,
    )
    if row.state == AssignmentState.ASSIGNED:
        return redirect("declare", pk)
    if row.state in (AssignmentState.RECUSED, AssignmentState.RELEASED):
        return redirect("expert_home")
    if request.POST.get("autosave"):
        return _autosave(request, row)
    reasons: list[str] = []
    if request.method == "POST":
        sheet, wrong = read_sheet(request.POST, row.application.cycle.edition.rubric)
        try:
            if wrong:
                raise TransitionBlocked(wrong)
            row = scoring.save_sheet(
                row, sheet=sheet, comment=request.POST.get("comment", "")[:2000],
                version=version_in(request.POST), by=request.user,
            )  # fmt: skip
            if request.POST.get("then") == "hand_in":
                scoring.hand_in(row, by=request.user)
                messages.success(request, f"{row.application.platform.name}评分已提交。")
                return redirect("expert_home")
            messages.success(request, "评分已保存，尚未提交。")
            return redirect("score", pk)
        except scoring.Outdated:
            reasons = ["此评分表在另一处已保存过，请刷新页面核对后再填。"]
        except TransitionBlocked as refusal:
            reasons = refusal.reasons
            row.sheet = sheet
    locked = row.state != AssignmentState.SCORING
    own = own_sheets(
        Assignment.objects.for_user(request.user)
        .filter(application__cycle=row.application.cycle, total__isnull=False)
        .select_related("application__platform", "application__cycle")
    )
    lines = [
        {"dimension": dimension, "entry": (row.sheet or {}).get(dimension.code) or {}}
        for dimension in row.application.cycle.edition.rubric
    ]
    return render(
        request,
        "review/scoring/score.html",
        {
            "row": row,
            "lines": lines,
            "reasons": reasons,
            "locked": locked,
            "own": own,
            "dossier_url": reverse("dossier", args=[row.application_id]),
        },
        status=422 if reasons else 200,
    )


def _autosave(request, row):
    """Keep what fits; what does not is said beside the button and stays in the page."""
    sheet, wrong = read_sheet(request.POST, row.application.cycle.edition.rubric)
    try:
        row = scoring.save_sheet(
            row, sheet=sheet, comment=request.POST.get("comment", "")[:2000], quiet=True, by=request.user,
            version=version_in(request.POST),
        )  # fmt: skip
    except scoring.Outdated:
        return JsonResponse({"message": "此评分表在另一处已保存过，请刷新页面。"}, status=409)
    except TransitionBlocked as refusal:
        return JsonResponse({"message": refusal.reasons[0]}, status=409)
    at = f"{timezone.localtime(clock.now()):%H:%M}"
    return JsonResponse(
        {"version": row.version, "message": wrong[0] if wrong else f"{at} 已自动保存，尚未提交"}
    )


def read_sheet(posted, rubric) -> tuple[dict, list[str]]:
    """Scores are whole points from 0 to 100; what does not fit is said and kept out."""
    sheet, wrong = {}, []
    for dimension in rubric:
        text = posted.get(f"score_{dimension.code}", "").strip()
        entry = {"reason": posted.get(f"reason_{dimension.code}", "").strip()[:1000]}
        if text:
            if text.isdecimal() and int(text) <= 100:
                entry["score"] = int(text)
            else:
                wrong.append(f"“{dimension.name}”应为 0 到 100 的整数。")
        sheet[dimension.code] = entry
    return sheet, wrong


def panel(request, application):
    row = (
        Assignment.objects.for_user(request.user)
        .filter(application=application, state=AssignmentState.SCORING)
        .first()
    )
    return {"assignment": row}


register_panel((Role.EXPERT,), "review/scoring/panel.html", panel)
