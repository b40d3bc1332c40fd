"""What is publicised, and designating: preview first, effects first, two persons."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from applications.models import Application
from applications.states import Procedure
from portal.kernel import clock, signoff
from portal.kernel.permissions import forbid, holds
from portal.kernel.workflow import TransitionBlocked, missing
from portal.pages.refusals import refusals_at
from portal.pages.verbs import PublicNoteForm, VerbView
from portal.shared.workingdays import date_cn
from review.decision import place
from review.decision.letters import letters_for
from review.designation.services import SUBJECTS, announcement_content, numbers_after
from review.freedom import freedom_of
from review.models import Notice
from review.notices.forms import CorrectForm, DesignateForm
from review.publicity.correcting import lines_of
from review.records.acts import describe_withdrawal
from review.states import OUTCOME_LABELS

ENDS: dict[str, tuple[str, ...]] = {
    Procedure.DESIGNATION: ("designate",),
    Procedure.REREVIEW: ("confirm", "fail"),
    Procedure.PROVINCIAL: ("designate",),
}


def running(request):
    """What is publicised: when it ends, what is open, and designating when it may be."""
    return _run(request, place.of_ministry(request, first=("PUBLICISED",), verb="list_publicised"))


def round_publicised(request, pk):
    """Art. 18: the same for a province's own round, up to the title in its own register."""
    return _run(request, place.of_province(request, pk))


def _run(request, here: place.Place):
    cycle, procedure = here.cycle, here.procedure
    verbs = ENDS[procedure]
    rows = list(
        Application.objects.for_user(request.user)
        .filter(cycle=cycle, procedure=procedure, state__in=_ready_states(cycle, procedure))
        .select_related("platform__organisation", "recommender", "cycle", "designation")
        .prefetch_related("notice_items__notice", "notice_items__objections")
        .order_by("recommender__order", "number")
    )
    verb = request.POST.get("verb") if request.POST.get("verb") in verbs else verbs[0]
    form = DesignateForm(request.POST or None)
    chosen = request.POST.getlist("pick")
    if request.method == "POST" and form.is_valid() and request.POST.get("then") != "back":
        if not here.works:
            forbid("此页面属于工业和信息化部。")
        picked = [row for row in rows if str(row.pk) in chosen]
        note = form.cleaned_data["note"] or "公示期满，无未办结异议"
        number = form.cleaned_data["document_number"]
        with refusals_at(form):
            check_picked(picked, verb, request.user)
            if "confirmed" not in request.POST:
                return show_effects(request, here, picked, verb, form, note, number)
            act = signoff.prepare(picked, verb, by=request.user, note=note, document_number=number)
            messages.success(request, "已送审签。")
            return redirect("signoff", act.pk)
    at_signature = signoff.ids_waiting(Application)
    ends = [_end_of(row) for row in rows]
    lines = [
        (
            row,
            missing(row, end, by=request.user),
            str(row.pk) in at_signature,
            str(row.pk) in chosen if form.is_bound else end == ends[0],
            OUTCOME_LABELS.get(row.proposed_outcome, ""),
        )
        for row, end in zip(rows, ends, strict=True)
    ]
    ready = [row for row, reasons, waiting, *_ in lines if not reasons and not waiting]
    return render(
        request,
        "review/designation/running.html",
        {
            "lines": lines,
            "form": form,
            "procedure": procedure,
            "place": here,
            "verbs": verbs,
            "this_cycle": cycle,
            "year_choice": here.year,
            "notices": Notice.objects.filter(cycle=cycle, kind="publicity", procedure=procedure).order_by(
                "-published_on"
            ),
            "preview": announcement_content(ready, verbs[0]) if ready else None,
            "may_withdraw": holds(Notice, request.user, "prepare_withdraw"),
        },
        status=422 if form.is_bound and form.errors else 200,
    )


def _end_of(row: Application) -> str:
    """The verb that carries out what was made public of a dossier; what is picked at first has one end."""
    verbs = ENDS[row.procedure]
    return verbs[-1] if row.proposed_outcome == "fail" else verbs[0]


def check_picked(picked, verb: str, user) -> None:
    """What is wrong is said before the effects are shown, not after."""
    if not picked:
        raise TransitionBlocked(["请勾选要办理的平台。"])
    for row in picked:
        if _end_of(row) != verb:
            raise TransitionBlocked([f"{row.platform.name}公示的结论与所选不一致。"])
    reasons = [f"{row.platform.name}：{reason}" for row in picked for reason in missing(row, verb, by=user)]
    if reasons:
        raise TransitionBlocked(reasons)


def show_effects(request, here, picked, verb: str, form, note: str, number: str):
    """Announcement, certificates, register and every letter, before anything is sent to be signed."""
    content = {**announcement_content(picked, verb, number), "date": date_cn(clock.today())}
    cycle = picked[0].cycle
    numbers = numbers_after(picked, verb)
    for row, number_of_title in zip(picked, numbers, strict=True):
        row.promised_number = number_of_title
    return render(
        request,
        "review/designation/effects.html",
        {
            "content": content,
            "verb": verb,
            "picked": list(zip(picked, numbers, strict=True)),
            "this_cycle": cycle,
            "letters": letters_for(picked, verb, note=note, title=content["title"], subject=SUBJECTS[verb]),
            "form": form,
            "number": number,
            "procedure": here.procedure,
            "place": here,
            "free": freedom_of(picked, verb, by=request.user),
        },
    )


def _ready_states(cycle, procedure) -> tuple[str, ...]:
    """A re-review is decided straight from the proposal where the round asks for no publicity."""
    skips = procedure == Procedure.REREVIEW and cycle and not cycle.publicise_rereview
    return ("PROPOSED", "PUBLICISED") if skips else ("PUBLICISED",)


class Correct(VerbView):
    """A correction of a running publicity; the page says line by line whose days go on."""

    model = Notice
    verb = "correct"
    form_class = CorrectForm
    basis = ((9, ""),)

    def facts(self, cleaned):
        day = cleaned.get("first_day")
        return {"first_day": day.isoformat()} if day else {}

    def shown(self):
        lines = lines_of(self.obj)
        return [("公示", self.obj.title), *((line.item.platform_name, line.words) for line in lines)]

    def back_url(self):
        return _list_of(self.obj)

    def success_url(self, result):
        return reverse("signoff", args=[result.pk])


def _list_of(notice: Notice) -> str:
    cycle = notice.cycle
    if cycle and cycle.programme_id:
        return reverse("round_publicised", args=[cycle.pk])
    return reverse("publicised") + (f"?year={cycle.year}" if cycle else "")


class Withdraw(VerbView):
    model = Notice
    against = True
    verb = "withdraw"
    form_class = PublicNoteForm

    def shown(self):
        act = describe_withdrawal([self.obj], {})
        return [*act["rows"], *(("撤回后", words) for words in act["effects"])]

    def success_url(self, result):
        return reverse("signoff", args=[result.pk])

    def back_url(self):
        return _list_of(self.obj)
