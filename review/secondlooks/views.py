"""Pages of the second look: asked from the dossier, listed, concluded by two."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from applications.dossiers.views import register_panel
from applications.models import Application
from portal.files.views import owns_files
from portal.kernel import signoff
from portal.kernel.permissions import allowed, demand_role, fetch, holds
from portal.kernel.workflow import TransitionBlocked, missing
from portal.pages.lists import page_of
from portal.shared.uploads import UploadRefused
from review.freedom import hearers_of
from review.models import SecondLook
from review.secondlooks.forms import AskForm, ConcludeForm
from review.secondlooks.services import ask_second_look, obstacles
from review.secondlooks.terms import term_of
from review.states import SecondLookState

RELATED = ("application__platform__organisation", "application__recommender", "application__cycle")


@owns_files(SecondLook)
def look_of_file(user, pk):
    return SecondLook.objects.for_user(user).filter(pk=pk).first()


def panel(request, application):
    """On the dossier's page, for whoever may read the second look."""
    found = SecondLook.objects.for_user(request.user).filter(application=application)
    yield found
    yield {"looks": list(found)}


register_panel(SecondLook, "view", "review/secondlooks/panel.html", panel)


@require_safe
def looks(request):
    demand_role(SecondLook, request.user, "view", "此页面属于申报单位、推荐单位、工业和信息化部和监督人员。")
    rows = SecondLook.objects.for_user(request.user).select_related(*RELATED).order_by("-asked_at")
    page = page_of(request, rows)
    return render(request, "review/secondlooks/list.html", {"page": page})


def ask(request, pk):
    row = fetch(
        Application.objects.select_related("platform", "recommender", "cycle"),
        request.user,
        "ask_second_look",
        pk=pk,
    )
    form = AskForm(request.POST or None, request.FILES or None)
    found, status = obstacles(row), 200
    if request.method == "POST" and (status := 422) and form.is_valid():
        proof = form.cleaned_data["proof"]
        try:
            look = ask_second_look(
                row, reasons=form.cleaned_data["reasons"], by=request.user, proofs=[proof] if proof else []
            )
        except UploadRefused as refusal:
            form.add_error("proof", str(refusal))
        except TransitionBlocked as refusal:
            form.add_error(None, refusal.reasons)
            status = 409
        else:
            messages.success(request, "结果申诉已提交，由没有参与原结论的人员办理。")
            return redirect("second_look", look.pk)
    context = {"row": row, "form": form, "found": found, "term": term_of(row)}
    return render(request, "review/secondlooks/ask.html", context, status=status)


def look(request, pk):
    row = fetch(SecondLook.objects.select_related(*RELATED, "asked_by"), request.user, pk=pk)
    user = request.user
    waiting = signoff.waiting_for(row).first()
    may = row.state == SecondLookState.ASKED and allowed(user, "prepare_dismiss", row)
    form, status = ConcludeForm(request.POST or None) if may and not waiting else None, 200
    if request.method == "POST":
        status = _conclude(request, row, form)
        if status == 302:
            return redirect("second_look", pk)
    return render(
        request,
        "review/secondlooks/detail.html",
        {
            "row": row,
            "proofs": row.proofs.select_related("file"),
            "form": form,
            "waits": missing(row, "grant", by=user) if form else [],
            "waiting": None if holds(Application, user, "ask_second_look") else waiting,
            **(
                hearers_of(row, "prepare_dismiss", "dismiss", by=user)
                if row.state == SecondLookState.ASKED and _is_ours(user, row)
                else {}
            ),
            "barred": row.state == SecondLookState.ASKED and _is_ours(user, row) and not may,
            "dossier": Application.objects.for_user(user).filter(pk=row.application_id).exists(),
        },
        status=status,
    )


def _is_ours(user, row: SecondLook) -> bool:
    """Whether it is this office's own case: the ministry's, or the province's in its own round."""
    of_ministry = holds(Application, user, "check")
    return of_ministry or bool(row.application.cycle.programme_id and holds(Application, user, "evaluate"))


def _conclude(request, row: SecondLook, form: ConcludeForm | None) -> int:
    """Propose what the form says; 302 when it went on its way, else the status of the page."""
    if form is None:
        demand_role(SecondLook, request.user, "prepare_dismiss")
        messages.error(request, "此件申诉的状态已变化，请刷新页面。")
        return 302
    if not form.is_valid():
        return 422
    data = form.cleaned_data
    try:
        signoff.prepare([row], data["outcome"], by=request.user, note=data["note"])
    except TransitionBlocked as refusal:
        form.add_error(None, refusal.reasons)
        return 409
    messages.success(request, "答复已送审签，须由另一位没有参与原结论的负责人审签后生效。")
    return 302
