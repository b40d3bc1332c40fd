"""The recommender's desk: what needs us, the queue, the order, the list that leaves."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from applications.exports import recommended_list
from applications.forms.recommending import ContactForm, ReportForm
from applications.models import Application, Cycle, Reporting
from applications.readiness import handling_day_reasons
from applications.services.recommendation import order_candidates, report_list, reportable
from applications.states import ApplicationState, CycleState, Procedure
from platforms.models import Recommender
from platforms.querysets import recommenders_of, suspended_in
from portal import audit, clock
from portal.permissions import Role, fetch
from portal.shared.xlsx import MIME
from portal.todo import todos_for
from portal.workflow import TransitionBlocked, missing

S = ApplicationState
STAGES = (
    ("待受理", (S.SUBMITTED,)),
    ("退回补正", (S.RETURNED,)),
    ("测评中", (S.UNDER_EVALUATION,)),
    ("已推荐，待报送", (S.RECOMMENDED,)),
    (
        "已报送",
        (S.REPORTED, S.SUPPLEMENTING, S.ACCEPTED, S.UNDER_REVIEW, S.REVIEWED, S.PROPOSED, S.PUBLICISED),
    ),
    ("已认定或确认", (S.DESIGNATED, S.CONFIRMED)),
    ("未推荐或未通过", (S.NOT_RECOMMENDED, S.REFUSED, S.REJECTED, S.FAILED, S.LAPSED)),
)


def our_recommender(user, grant: str = "handle_recommender") -> Recommender:
    row = recommenders_of(user, grant).first() if user.role == Role.RECOMMENDER else None
    if row is None:
        raise PermissionDenied(
            "此页面属于推荐单位。" if grant == "handle_recommender" else "须由推荐单位负责人办理。"
        )
    return row


def current_cycle() -> Cycle | None:
    return Cycle.objects.filter(state=CycleState.PUBLISHED).order_by("-year").first()


def home(request):
    recommender, cycle = our_recommender(request.user), current_cycle()
    todos = todos_for(request.user)
    rows = (
        Application.objects.for_user(request.user).filter(cycle=cycle)
        if cycle
        else Application.objects.none()
    )
    counts = rows.aggregate(
        **{f"s{n}": Count("pk", filter=Q(state__in=states)) for n, (_, states) in enumerate(STAGES)}
    )
    queue = reverse("recommender_queue")
    used = rows.filter(
        procedure=Procedure.DESIGNATION, state__in=[*STAGES[3][1], *STAGES[4][1], *STAGES[5][1]]
    ).count()
    return render(
        request,
        "applications/desk/home.html",
        {
            "recommender": recommender,
            "this_cycle": cycle,
            "stages": [
                {"label": label, "count": counts[f"s{n}"], "url": f"{queue}?stage={n}"}
                for n, (label, _) in enumerate(STAGES)
            ],
            "mine": [entry for entry in todos if not entry.waiting_for],
            "others": [entry for entry in todos if entry.waiting_for],
            "suspension": suspended_in(recommender.pk, cycle.year)
            if cycle and not recommender.is_association
            else None,
            "handling": list(handling_day_reasons(cycle)) if cycle else [],
            "quota": cycle.quota_for(recommender) if cycle else None,
            "used": used,
        },
    )


def queue(request):
    our_recommender(request.user)
    rows = Application.objects.for_user(request.user).select_related(
        "platform__organisation", "cycle", "recommender"
    )
    query, stage = request.GET.get("q", "").strip(), request.GET.get("stage", "")
    year, procedure = request.GET.get("year", ""), request.GET.get("procedure", "")
    if query:
        rows = rows.filter(
            Q(platform__name__icontains=query)
            | Q(platform__organisation__name__icontains=query)
            | Q(platform__organisation__uscc__icontains=query)
            | Q(number__icontains=query)
        )
    if stage.isdigit() and int(stage) < len(STAGES):
        rows = rows.filter(state__in=STAGES[int(stage)][1])
    if year.isdigit():
        rows = rows.filter(cycle__year=int(year))
    if procedure in Procedure.values:
        rows = rows.filter(procedure=procedure)
    page = Paginator(rows.order_by("-cycle__year", "due_on", "number"), 50).get_page(request.GET.get("page"))
    return render(
        request,
        "applications/desk/queue.html",
        {
            "page": page, "q": query, "stage": stage, "year": year, "procedure": procedure,
            "stages": [(str(n), label) for n, (label, _) in enumerate(STAGES)],
            "years": Cycle.objects.for_user(request.user).values_list("year", flat=True),
            "procedures": Procedure.choices,
        },
    )  # fmt: skip


def reporting(request):
    """The list that leaves: order, what is missing, document number, one button."""
    recommender, cycle = our_recommender(request.user), current_cycle()
    signs = recommenders_of(request.user, "sign_recommender").filter(pk=recommender.pk).exists()
    procedure = request.POST.get("procedure") or request.GET.get("procedure") or Procedure.DESIGNATION
    if procedure not in Procedure.values or cycle is None:
        procedure = Procedure.DESIGNATION
    form = ReportForm(
        request.POST if request.method == "POST" else None, initial={"document_date": clock.today()}
    )
    if request.method == "POST" and cycle:
        our_recommender(request.user, "sign_recommender")
        if form.is_valid():
            try:
                row = report_list(
                    recommender, cycle, procedure=procedure, by=request.user, **form.cleaned_data
                )
            except TransitionBlocked as refusal:
                for reason in refusal.reasons:
                    form.add_error(None, reason)
            else:
                return redirect("reporting_receipt", row.pk)
    rows = (
        list(
            reportable(recommender, cycle, procedure).select_related(
                "platform__organisation", "cycle", "recommender"
            )
        )
        if cycle
        else []
    )
    lines = [(row, missing(row, "report", by=request.user)) for row in rows]
    reasons = list(dict.fromkeys(reason for _, found in lines for reason in found))
    return render(
        request,
        "applications/desk/reporting.html",
        {
            "recommender": recommender, "this_cycle": cycle, "lines": lines, "reasons": reasons, "form": form, "signs": signs,
            "procedure": procedure, "procedures": Procedure.choices,
            "past": Reporting.objects.for_user(request.user).select_related("cycle")[:20],
            "quota": cycle.quota_for(recommender) if cycle else None,
        },
        status=422 if form.is_bound else 200,
    )  # fmt: skip


@require_POST
def order(request):
    """New order by numbers; ties keep their present order."""
    recommender, cycle = our_recommender(request.user, "sign_recommender"), current_cycle()
    procedure = request.POST.get("procedure", Procedure.DESIGNATION)
    rows = list(reportable(recommender, cycle, procedure))
    wanted = {}
    for row in rows:
        text = request.POST.get(f"rank_{row.pk}", "")
        wanted[str(row.pk)] = (int(text) if text.isdigit() else 999, row.rank or 999)
    order_candidates(
        recommender, cycle, order=sorted(wanted, key=wanted.get), by=request.user
    ) if procedure == "DESIGNATION" else None
    messages.success(request, "推荐顺序已保存。")
    return redirect(f"{reverse('reporting')}?procedure={procedure}")


def receipt(request, pk):
    row = fetch(Reporting.objects.select_related("cycle", "recommender", "reported_by"), request.user, pk=pk)
    lines = row.applications.select_related("platform__organisation").order_by("rank", "number")
    return render(request, "applications/desk/receipt.html", {"reporting": row, "lines": lines})


@require_safe
def receipt_xlsx(request, pk):
    """推荐汇总表."""
    row = fetch(Reporting.objects.select_related("cycle", "recommender"), request.user, pk=pk)
    audit.record_read(row, by=request.user, what="export", kind="xlsx")
    response = HttpResponse(content_type=MIME)
    response["Content-Disposition"] = f'attachment; filename="{row.receipt_number}.xlsx"'
    recommended_list(row, response)
    return response


def contact(request):
    recommender = our_recommender(request.user)
    names = ("office", "contact", "phone", "address", "seal_text")
    form = ContactForm(request.POST or None, initial={name: getattr(recommender, name) for name in names})
    if request.method == "POST" and form.is_valid():
        for name, value in form.cleaned_data.items():
            setattr(recommender, name, value)
        recommender.save(update_fields=list(form.cleaned_data))
        audit.record(action="edit", obj=recommender, by=request.user, facts=form.cleaned_data)
        messages.success(request, "联系方式已保存，将显示在申报页面和文书上。")
        return redirect("recommender_home")
    return render(
        request,
        "applications/desk/contact.html",
        {"form": form, "recommender": recommender},
        status=422 if form.is_bound else 200,
    )
