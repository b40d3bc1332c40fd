"""The expert's desk: declare, read, score, hand in."""

from __future__ import annotations

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from applications.dossiers.views import dossier_context, register_panel
from portal.kernel import clock
from portal.kernel.permissions import demand_role, fetch, forbid
from portal.kernel.workflow import TransitionBlocked, perform
from portal.pages.forms import version_in
from portal.shared.together import run_together
from review.experts.candidates import candidates_of, undeclared
from review.models import Assignment, Expert
from review.records.todo import spot_checks_to_make
from review.scoring import services as scoring
from review.scoring.pins import address_of, place_of
from review.scoring.sheets import COMMENT, lines_of, own_sheets, read_sheet
from review.scoring.totals import running
from review.states import AssignmentState

DOSSIER = (
    "application__platform__organisation",
    "application__platform__jurisdiction",
    "application__cycle",
    "application__recommender",
    "application__annex",
)


def home(request):
    expert = Expert.objects.filter(user=request.user).first()
    demand_role(Assignment, request.user, "score", "此页面属于评审专家。")
    if expert is None:
        forbid("此页面属于评审专家。")
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
            "checks": run_together([spot_checks_to_make(request.user)]),
            "done": done,
            "waiting": [
                row for row in rows if row.state == "ASSIGNED" and row.application.state == "ACCEPTED"
            ],
            "own": own_sheets(rows),
            "to_declare": undeclared(candidates_of(request.user).only("pk"), [expert]).get(expert, 0),
        },
    )


def declare(request, pk):
    """Before the file opens: whose it is, and nothing of what is in it."""
    row = fetch(
        Assignment.objects.select_related(
            "application__platform__organisation",
            "application__recommender",
            "application__cycle",
            "expert__user",
        ),
        request.user,
        "declare",
        pk=pk,
    )
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
    """The dossier left, the rubric right: save as far as it goes, turn a page, pin it, or hand in."""
    row = fetch(
        Assignment.objects.select_related(*DOSSIER),
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
        answer = _save(request, row, reasons)
        if answer:
            return answer
    return render(
        request, "review/scoring/score.html", _page(request, row, reasons), status=422 if reasons else 200
    )


def _save(request, row, reasons: list[str]):
    """Store, and go where the pressed button leads; None when the page must say why not, with all that was typed."""
    sheet, wrong = read_sheet(request.POST, row.application)
    comment = request.POST.get("comment", "")[:COMMENT]
    try:
        if wrong:
            raise TransitionBlocked(wrong)
        saved = scoring.save_sheet(
            row, sheet=sheet, comment=comment, version=version_in(request.POST), by=request.user
        )
        if request.POST.get("then") == "hand_in":
            scoring.hand_in(saved, by=request.user)
            messages.success(request, f"{row.application.platform.name}评分已提交。")
            return redirect("expert_home")
    except scoring.Outdated:
        reasons += ["此评分表在另一处已保存过。下面是您刚填写的内容，核对后再保存。"]
    except TransitionBlocked as refusal:
        reasons += refusal.reasons
    else:
        return redirect(_back_to_the_page(request.POST, row))
    row.version = Assignment.objects.values_list("version", flat=True).get(pk=row.pk)
    row.sheet, row.comment = sheet, comment
    return None


def _back_to_the_page(posted, row) -> str:
    """The viewer stays where it was, or turns to the material that was asked for."""
    show, part = posted.get("show", ""), posted.get("pin") or posted.get("unpin", "").partition("|")[0]
    query = address_of(show or posted.get("at", ""))
    return f"{reverse('score', args=[row.pk])}?{query}" + (f"#d_{part}" if part else "")


def _page(request, row, reasons: list[str]) -> dict:
    """While the sheet is open the dossier stands beside it; once handed in, it is closed to the expert."""
    rubric = row.application.cycle.edition.rubric
    mine = Assignment.objects.for_user(request.user).filter(
        application__cycle=row.application.cycle, total__isnull=False
    )
    context = {
        "row": row,
        "lines": lines_of(rubric, row.sheet or {}, request.POST if reasons else None),
        "so_far": running(row.sheet or {}, rubric),
        "reasons": reasons,
        "locked": row.state != AssignmentState.SCORING,
        "own": own_sheets(mine.select_related("application__platform", "application__cycle")),
    }
    if not context["locked"]:
        shown = dossier_context(request, row.application)
        at, words = place_of(shown)
        context.update(shown, at=at, at_words=words)
    return context


def _autosave(request, row):
    """Keep what fits; what does not is said beside the button and stays in the page."""
    sheet, wrong = read_sheet(request.POST, row.application)
    try:
        row = scoring.save_sheet(
            row,
            sheet=sheet,
            comment=request.POST.get("comment", "")[:COMMENT],
            quiet=True,
            by=request.user,
            version=version_in(request.POST),
        )
    except scoring.Outdated:
        return JsonResponse({"message": "此评分表在另一处已保存过，请刷新页面。"}, status=409)
    except TransitionBlocked as refusal:
        return JsonResponse({"message": refusal.words}, status=409)
    at = f"{timezone.localtime(clock.now()):%H:%M}"
    return JsonResponse(
        {"version": row.version, "message": wrong[0] if wrong else f"已自动保存 {at}，尚未提交"}
    )


def panel(request, application):
    rows = Assignment.objects.for_user(request.user)
    mine = yield rows.filter(application=application, state=AssignmentState.SCORING)[:1]
    yield {"assignment": next(iter(mine), None)}


register_panel(Assignment, "score", "review/scoring/panel.html", panel)
