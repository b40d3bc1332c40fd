"""The list of candidates: an expert declares relations before the draw, the organiser asks those who have not."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from portal.kernel.permissions import demand_role, forbid
from portal.kernel.workflow import TransitionBlocked
from review.experts import candidates as lists
from review.experts.conflicts import SERVED
from review.experts.forms import CandidatesForm
from review.experts.services import conflict_tables, declared_relations
from review.models import Expert
from review.panels.views import to_draw


def expert_candidates(request):
    """Names and places of the candidates, and nothing of what is in their dossiers."""
    expert = Expert.objects.for_user(request.user).filter(user=request.user).select_related("user").first()
    if expert is None:
        forbid("此页面属于评审专家。")
    rows = lists.candidates_for(request.user)
    said = {key: words for (key, _), words in declared_relations(rows, [expert]).items()}
    form = CandidatesForm(request.POST or None, candidates=rows, said=said)
    if request.method == "POST" and form.is_valid():
        try:
            lists.declare_relations(expert, form.answers(), by=request.user)
            messages.success(request, f"已声明，共 {len(rows)} 家；有利益关系的不会分派给您。")
            return redirect("expert_home")
        except TransitionBlocked as refusal:
            form.add_error(None, refusal.reasons)
    tables = conflict_tables(rows, [expert])
    lines = [
        (
            row,
            box,
            words,
            str(row.pk) not in said,
            [one for one in tables[row.pk][str(expert.pk)] if one != SERVED],
        )
        for row, box, words in form.lines()
    ]
    return render(
        request,
        "review/experts/candidates.html",
        {"form": form, "lines": lines, "left": sum(line[3] for line in lines)},
        status=422 if form.is_bound else 200,
    )


@require_POST
def ask(request):
    """Whoever could be drawn is asked to go through the list first."""
    demand_role(Expert, request.user, "invite", "请专家核对名单由评审组织者办理。")
    cycle, rows = to_draw(request)
    asked = lists.ask_to_declare(rows, by=request.user)
    messages.success(
        request, f"已请 {asked} 位专家核对名单。" if asked else "今天都已请过，或者都已核对名单。"
    )
    return redirect(f"{reverse('panel_matrix')}?year={cycle.year if cycle else ''}")
