"""The ministry's home and the queue of formal checks."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from applications.models import Application, Cycle
from applications.states import ApplicationState, Procedure
from applications.views.desk import current_cycle
from platforms.functions import Function
from platforms.models import Recommender
from portal import audit, clock
from portal.calendar import calendar
from portal.models import User
from portal.permissions import MINISTRY, Role
from portal.shared.xlsx import MIME, write_rows
from portal.todo import todos_for

S = ApplicationState
STAGES = (
    ("待形式审查", (S.REPORTED,)),
    ("补正中", (S.SUPPLEMENTING,)),
    ("形式通过", (S.ACCEPTED,)),
    ("专家评审中", (S.UNDER_REVIEW,)),
    ("待合议", (S.REVIEWED, S.PROPOSED)),
    ("公示中", (S.PUBLICISED,)),
    ("已办结", (S.DESIGNATED, S.CONFIRMED, S.FAILED, S.REFUSED, S.REJECTED)),
)
VIEWS = (
    ("mine", "我的待审"), ("unassigned", "未分派"), ("answered", "补正待复核"), ("soon", "3 个工作日内到期"),
    ("relaxing", "拟放宽条件"), ("all", "全部"),
)  # fmt: skip
READ = (*MINISTRY, Role.INSPECTOR, Role.OUTSIDE_AUDITOR)


def _readers(request) -> None:
    if request.user.role not in READ:
        raise PermissionDenied("此页面属于工业和信息化部。")


def home(request):
    if request.user.role not in MINISTRY:
        raise PermissionDenied("此页面属于工业和信息化部。")
    todos = todos_for(request.user)
    today = clock.today()
    cycle = current_cycle()
    mine = [entry for entry in todos if not entry.waiting_for]
    return render(
        request,
        "review/queue/home.html",
        {
            "this_cycle": cycle,
            "today_due": [entry for entry in mine if entry.due and entry.due <= today],
            "mine": [entry for entry in mine if not entry.due or entry.due > today],
            "others": [entry for entry in todos if entry.waiting_for],
            "stages": _stages(Application.objects.for_user(request.user).filter(cycle=cycle))
            if cycle
            else [],
        },
    )


def _stages(rows, current: str = "") -> list[dict]:
    counts = rows.aggregate(
        **{f"s{n}": Count("pk", filter=Q(state__in=states)) for n, (_, states) in enumerate(STAGES)}
    )
    url = reverse("ministry_queue")
    return [
        {
            "label": label,
            "count": counts[f"s{n}"],
            "url": f"{url}?view=all&stage={n}",
            "current": current == str(n),
        }
        for n, (label, _) in enumerate(STAGES)
    ]


def _view_filter(name: str, user) -> Q:
    pending = Q(state__in=[S.REPORTED, S.SUPPLEMENTING])
    soon = calendar().add_workdays(clock.today(), 4)
    return {
        "mine": Q(handler=user) & pending,
        "unassigned": Q(handler=None, state=S.REPORTED),
        "answered": Q(state=S.REPORTED, corrections__stage="ministry", corrections__state="ANSWERED"),
        "soon": pending & Q(due_on__lte=soon),
        "relaxing": Q(assessment__relaxing=True) & ~Q(state__in=[S.DESIGNATED, S.REFUSED, S.REJECTED]),
        "all": Q(),
    }[name]


def _filtered(request):
    """The queue as the address says it: used by the page, the peek and the export alike."""
    cycle = current_cycle() or Cycle.objects.order_by("-year").first()
    base = Application.objects.for_user(request.user)
    year = request.GET.get("year", "")
    base = (
        base.filter(cycle__year=int(year)) if year.isdigit() else base.filter(cycle=cycle) if cycle else base
    )
    view = request.GET.get("view", "mine")
    view = view if view in dict(VIEWS) else "mine"
    rows = base.filter(_view_filter(view, request.user))
    stage = request.GET.get("stage", "")
    if stage.isdigit() and int(stage) < len(STAGES):
        rows = rows.filter(state__in=STAGES[int(stage)][1])
    query = request.GET.get("q", "").strip()
    if query:
        rows = rows.filter(
            Q(platform__name__icontains=query)
            | Q(platform__organisation__name__icontains=query)
            | Q(platform__organisation__uscc__icontains=query)
            | Q(number__icontains=query)
        )
    if request.GET.get("recommender"):
        rows = rows.filter(recommender__code=request.GET["recommender"])
    if request.GET.get("function") in Function.values:
        rows = rows.filter(platform__functions__contains=[request.GET["function"]])
    pip = request.GET.get("pips", "")
    if pip in ("m", "f", "b"):
        rows = rows.filter(pips__contains=pip)
    if request.GET.get("procedure") in Procedure.values:
        rows = rows.filter(procedure=request.GET["procedure"])
    return base, rows.distinct().order_by(F("due_on").asc(nulls_last=True), "number"), view, stage


def queue(request):
    _readers(request)
    base, rows, view, stage = _filtered(request)
    counts = base.aggregate(
        **{
            name: Count("pk", filter=_view_filter(name, request.user), distinct=True)
            for name, _ in VIEWS
            if name != "all"
        },
        all=Count("pk", distinct=True),
    )
    page = Paginator(rows.select_related("platform__organisation", "recommender", "handler"), 50).get_page(
        request.GET.get("page")
    )
    keep = request.GET.copy()
    for name in ("page", "peek"):
        keep.pop(name, None)
    peek_id = request.GET.get("peek")
    peek = next(
        (row for row in page if str(row.pk) == peek_id), page.object_list[0] if page.object_list else None
    )
    return render(
        request,
        "review/queue/queue.html",
        {
            "page": page, "view": view, "stage": stage, "peek": peek, "query": keep.urlencode(),
            "views": [(name, label, counts[name], name == "soon") for name, label in VIEWS],
            "stages": _stages(base, stage),
            "recommenders": Recommender.objects.all(), "functions": Function.choices, "procedures": Procedure.choices,
            "officers": User.objects.filter(role__in=MINISTRY, is_active=True) if request.user.role in MINISTRY else [],
            "get": request.GET,
            "is_ministry": request.user.role in MINISTRY,
        },
    )  # fmt: skip


@require_POST
def assign_handler(request):
    """Give the ticked dossiers to an officer."""
    officer = User.objects.filter(
        role__in=MINISTRY, is_active=True, pk=request.POST.get("officer") or None
    ).first()
    rows = list(
        Application.objects.for_user(request.user, "assign_handler").filter(
            pk__in=request.POST.getlist("pick")
        )
    )
    if officer is None or not rows:
        messages.error(request, "请勾选申报并选择审查员。")
    else:
        for row in rows:
            row.handler = officer
            row.save(update_fields=["handler"])
            audit.record(action="assign_handler", obj=row, by=request.user, facts={"handler": officer})
        messages.success(request, f"已将 {len(rows)} 件分派给{officer.name}。")
    return redirect(f"{reverse('ministry_queue')}?{request.POST.get('back', '')}")


@require_safe
def export(request):
    """Exactly what is filtered on screen, as a workbook."""
    _readers(request)
    _, rows, view, _ = _filtered(request)
    cycle = current_cycle() or Cycle.objects.order_by("-year").first()
    audit.record_read(
        cycle, by=request.user, what="export", kind="queue", view=view, query=request.GET.urlencode()
    )
    response = HttpResponse(content_type=MIME)
    response["Content-Disposition"] = 'attachment; filename="queue.xlsx"'
    header = (
        "受理编号",
        "平台名称",
        "运营单位",
        "统一社会信用代码",
        "推荐单位",
        "服务功能",
        "事项",
        "状态",
        "第五条",
        "时限",
        "省级测评",
        "专家评审",
        "审查员",
    )
    lines = (
        (
            row.number, row.platform.name, row.platform.organisation.name, row.platform.organisation.uscc, row.recommender.name,
            "、".join(row.platform.function_labels), row.get_procedure_display(), row.get_state_display(),
            row.assessment.get("mark", ""), str(row.due_on or ""), row.province_score and float(row.province_score),
            row.review_score and float(row.review_score), row.handler.name if row.handler else "",
        )
        for row in rows.select_related("platform__organisation", "recommender", "handler")
    )  # fmt: skip
    write_rows(response, header, lines, title="申报队列")
    return response


@require_safe
def next_item(request):
    """Open the first of my pending dossiers, or say that none is left."""
    row = (
        Application.objects.for_user(request.user, "check")
        .filter(handler=request.user, state=S.REPORTED)
        .order_by(F("due_on").asc(nulls_last=True), "number")
        .first()
    )
    if row is None:
        messages.success(request, "您名下没有待审的申报。")
        return redirect("ministry_queue")
    return redirect("dossier", row.pk)
