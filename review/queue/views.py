"""The ministry's home and the queue of formal checks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Sum
from django.db.models.fields.json import KeyTextTransform
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications.cycles.years import running_cycles, stage_words
from applications.dossiers.brief import with_brief
from applications.models import Application, Overlap
from applications.overlaps.services import overlaps_of
from applications.states import ApplicationState, Procedure, state_words
from platforms.functions import Function
from platforms.models import Recommender
from platforms.register.columns import source_line
from portal.desk.todo import today_of
from portal.kernel import audit
from portal.kernel.permissions import demand_role, fetch, holds
from portal.kernel.request import last_act
from portal.kernel.workflow import TransitionBlocked
from portal.models import StoredFile, User
from portal.pages.listforms import Tab, tabs_of
from portal.shared import law
from portal.shared.together import Number, ask
from portal.shared.xlsx import MIME, write_rows
from review.formal_check import services as formal_check
from review.formal_check.forms import SaveViewForm
from review.models import SavedView
from review.queue.lines import filters_of, lines_of
from review.queue.listing import (
    HOT,
    ORDERS,
    QUEUE,
    Listing,
    counts_of,
    kept,
    known_years,
    listing,
    stage_numbers,
    stages_of,
    views_for,
    walk,
)

S = ApplicationState
SHOWN_WHOLE = {"view", "order", "year"}  # what leaves the number of rows as it was counted
RELATED = ("platform__organisation", "recommender", "handler", "cycle")
# What a line of the list shows. Whole rows are four times as costly to make, sealed contacts and annexes among them.
LISTED = (
    "number",
    "procedure",
    "state",
    "due_on",
    "pips",
    "province_score",
    "cycle",
    "recommender",
    "platform__name",
    "platform__functions",
)


def _readers(request) -> None:
    demand_role(Application, request.user, "list", "此页面属于工业和信息化部。")


def _ministry(request) -> None:
    demand_role(Application, request.user, "assign_handler", "此页面属于工业和信息化部。")


def home(request):
    _ministry(request)
    cycles = list(running_cycles())
    rows = Application.objects.for_user(request.user).filter(cycle__in=cycles)
    by_state = rows.order_by().values_list("state").annotate(n=Count("*"))
    begins = Number(rows.filter(handler=request.user, state=S.REPORTED))
    *counts, at_hands = ask(*(by_state.filter(cycle=cycle) for cycle in cycles), begins)
    rounds = [
        (cycle, stage_words(cycle), stages_of(stage_numbers(dict(one)), year=cycle.year))
        for cycle, one in zip(cycles, counts, strict=True)
    ]
    context = {
        "rounds": rounds,
        "today": today_of(request.user, last_act(request)),
        "begins": at_hands,
    }
    return render(request, "review/queue/home.html", context)


@dataclass(frozen=True)
class QueueScreen:
    """The list's frame: tabs, stages, saved views, and the row that is looked into."""

    peek: Application | None
    peeked: dict
    sort_query: str
    views: list[Tab]
    saved: Any
    stages: list
    officers: Any
    begins: Any


def queue(request):
    _readers(request)
    found = listing(request.user, request.GET)
    if request.GET.get("peek") and request.headers.get("X-Requested-With") == "fetch":
        return _peeked(request, found)
    counts = counts_of(found.base, found.cycles, request.user)
    known = None if set(kept(request.GET)) - SHOWN_WHOLE or found.stage else counts[found.view]
    rows = with_brief(found.rows).select_related("platform").only(*LISTED)
    page = QUEUE.page_of(request, rows, count=known)
    is_ministry = holds(Application, request.user, "assign_handler")
    recommenders, officers, years, saved = ask(
        Recommender.objects.all(),
        formal_check.officers().only("username", "name"),
        known_years(request.user).values_list("year", flat=True),
        SavedView.objects.for_user(request.user)
        .select_related("owner")
        .only("name", "query", "is_shared", "owner__name")
        if is_ministry
        else SavedView.objects.none(),
    )
    _share(page, cycle=found.cycles, recommender=recommenders)
    keep = kept(request.GET)
    peek = next((row for row in page if str(row.pk) == request.GET.get("peek")), None)
    peek = found.rows.select_related(*RELATED).get(pk=peek.pk) if peek else None
    return render(
        request,
        "review/queue/queue.html",
        {
            "screen": QueueScreen(
                peek=peek,
                peeked=_peek(request.user, peek) if peek else {},
                sort_query=urlencode({name: value for name, value in keep.items() if name != "order"}),
                views=tabs_of(
                    views_for(request.user),
                    "" if found.stage else found.view,
                    counts=counts,
                    hot=HOT,
                ),
                saved=saved,
                stages=stages_of(counts, found.stage, year=keep.get("year", "")),
                officers=officers,
                begins=is_ministry and counts["at_hand"],
            ),
            "page": page,
            "lines": lines_of(
                page,
                query=urlencode(keep),
                names_years=len(found.cycles) > 1,
                is_ministry=is_ministry,
                peek=peek,
            ),
            "filters": filters_of(found, keep, recommenders=recommenders, officers=officers, years=years),
            "found": found,
            "keep": keep,
            "query": urlencode(keep),
            "is_ministry": is_ministry,
        },
    )


def _share(rows, **known) -> None:
    """Let the rows name objects that have been read for the page already, in place of one of its own for each."""
    by_key = {name: {one.pk: one for one in objects} for name, objects in known.items()}
    for row in rows:
        for name, objects in by_key.items():
            setattr(row, name, objects[getattr(row, f"{name}_id")])


def _peeked(request, found: Listing) -> HttpResponse:
    """The preview alone, for the row that has the focus: nothing of the list around it is read."""
    wanted = _identifiers([request.GET["peek"]])
    peek = found.rows.select_related(*RELATED).filter(pk__in=wanted).first()
    if peek is None:  # whoever looks may just have handed it on, or somebody else did
        return render(request, "review/queue/_peek_left.html", {"query": urlencode(kept(request.GET))})
    shown = {
        "peek": peek,
        "peeked": _peek(request.user, peek),
        "is_ministry": holds(Application, request.user, "assign_handler"),
    }
    return render(request, "review/queue/_peek.html", shown)


def _peek(user, application: Application) -> dict:
    """What the preview says beyond the row itself."""
    files = StoredFile.objects.filter(
        pk__in=application.materials.filter(files__removed_at=None).values("files__file")
    )
    listed = Application.objects.filter(reporting=application.reporting_id, procedure=application.procedure)
    return {
        "pages": files.aggregate(total=Sum("pages"))["total"] or 0,
        "listed": listed.count() if application.reporting_id else 0,
        "relaxations": list(application.relaxations.all()),
        "doubles": overlaps_of(application).filter(pk__in=Overlap.objects.for_user(user), answer="").count(),
        "earlier": Application.objects.for_user(user)
        .filter(platform_id=application.platform_id, submitted_at__lt=application.submitted_at)
        .select_related("cycle")
        .order_by("-submitted_at")
        .first(),
    }


@require_POST
def assign_handler(request):
    """Give the ticked dossiers to an officer."""
    _ministry(request)
    back = f"{reverse('ministry_queue')}?{urlencode(kept(_pairs(request.POST.get('back', ''))))}"
    officer = User.objects.filter(username=request.POST.get("officer", "")).first()
    rows = list(
        Application.objects.for_user(request.user, "assign_handler").filter(
            pk__in=_identifiers(request.POST.getlist("pick"))
        )
    )
    if officer is None or not rows:
        messages.error(request, "请勾选申报并选择审查员。")
        return redirect(back)
    try:
        moved = formal_check.assign_handler(rows, officer=officer, by=request.user)
    except TransitionBlocked as refusal:
        messages.error(request, refusal.words)
    else:
        messages.success(request, f"已将 {moved} 件分派给{officer.name}。")
    return redirect(back)


def assignment_board(request):
    """Who holds how much, and an even share of what nobody holds."""
    _ministry(request)
    reasons: list[str] = []
    if request.method == "POST":
        among = list(formal_check.officers().filter(username__in=request.POST.getlist("among")))
        try:
            given = formal_check.share_out(among=among, by=request.user)
        except TransitionBlocked as refusal:
            reasons = refusal.reasons
        else:
            words = "，".join(f"{officer.name} {number} 件" for officer, number in given.items())
            messages.success(request, f"已平均分派：{words}。")
            return redirect("assignment_board")
    held = formal_check.loads()
    waiting = Application.objects.for_user(request.user, "assign_handler").filter(
        handler=None, state="REPORTED"
    )
    return render(
        request,
        "review/queue/assign.html",
        {
            "lines": [(officer, held.get(officer.pk, {})) for officer in formal_check.officers()],
            "waiting": waiting.count(),
            "reasons": reasons,
        },
        status=409 if reasons else 200,
    )


@require_POST
def view_save(request):
    _ministry(request)
    form = SaveViewForm(request.POST)
    params = kept(_pairs(request.POST.get("query", "")))
    if not form.is_valid():
        messages.error(request, "；".join(form.errors["name"]))
        return redirect(f"{reverse('ministry_queue')}?{urlencode(params)}")
    try:
        view = formal_check.save_view(params=params, by=request.user, **form.cleaned_data)
    except TransitionBlocked as refusal:
        messages.error(request, refusal.words)
    else:
        messages.success(request, f"视图“{view.name}”已保存。")
    return redirect(f"{reverse('ministry_queue')}?{urlencode(params)}")


@require_POST
def view_remove(request, pk):
    view = fetch(SavedView.objects.all(), request.user, "remove", pk=pk)
    formal_check.remove_view(view, by=request.user)
    messages.success(request, f"视图“{view.name}”已删除。")
    return redirect("ministry_queue")


@require_http_methods(["GET", "HEAD", "POST"])
def export(request):
    """Exactly what is filtered on screen as a workbook; what was ticked is posted, whatever the list showed."""
    _readers(request)
    params = _pairs(request.POST.get("back", "")) if request.method == "POST" else request.GET
    found = listing(request.user, params)
    rows = found.rows
    picked = _identifiers(request.POST.getlist("pick"))
    if request.method == "POST" and not picked:
        messages.error(request, "请先勾选要导出的申报。")
        return redirect(f"{reverse('ministry_queue')}?{urlencode(kept(params))}")
    if picked:
        rows = Application.objects.for_user(request.user).filter(pk__in=picked).order_by(*ORDERS[found.order])
    read = {row.cycle_id: row.cycle for row in rows.select_related("cycle")} if picked else {}
    for cycle in read.values() or found.cycles:
        audit.record_read(
            cycle,
            by=request.user,
            what="export",
            kind="queue",
            query=urlencode(kept(params)),
            picked=len(picked),
        )
    response = HttpResponse(content_type=MIME)
    response["Content-Disposition"] = content_disposition_header(True, "申报队列.xlsx")
    write_rows(response, EXPORT_HEADER, _lines(rows), title="申报队列", caption=("申报队列", source_line()))
    return response


def _lines(rows) -> Iterator[tuple]:
    """Cells straight from the database, a few thousand rows at a time: an object for each costs four times as much."""
    labels, names = dict(Function.choices), dict(Procedure.choices)
    cells = rows.values_list(
        "number",
        "platform__name",
        "platform__organisation__name",
        "platform__organisation__uscc",
        "recommender__name",
        "platform__functions",
        "procedure",
        "state",
        KeyTextTransform("mark", "assessment"),
        "due_on",
        "province_score",
        "review_score",
        "handler__name",
    )
    for *head, functions, procedure, state, mark, due_on, province, review, handler in cells.iterator(2000):
        words = "、".join(labels[code] for code in functions), names[procedure], state_words(state, procedure)
        scores = province and float(province), review and float(review)
        yield (*head, *words, mark or "", str(due_on or ""), *scores, handler or "")


EXPORT_HEADER = (
    "受理编号",
    "平台名称",
    "运营单位",
    "统一社会信用代码",
    "推荐单位",
    "服务功能",
    "事项",
    "状态",
    law.CONDITIONS,
    "时限",
    "省级测评",
    "专家评审",
    "审查员",
)


@require_safe
def next_item(request):
    """Open the first of my pending dossiers, or the one after `after`; say so when none is left."""
    _ministry(request)
    mine = list(walk(request.user).values_list("pk", flat=True))
    after = request.GET.get("after", "")
    place = next((n for n, pk in enumerate(mine) if str(pk) == after), -1)
    if place + 1 < len(mine):
        return redirect("dossier", mine[place + 1])
    if mine and after:
        messages.success(request, "已到最后一件，回到您名下的第一件。")
        return redirect("dossier", mine[0])
    messages.success(request, "您名下没有待审的申报。")
    return redirect("ministry_queue")


def _pairs(query: str) -> dict[str, str]:
    """A query string that came back in a form, read as the address it describes."""
    return QueryDict(query).dict()


def _identifiers(values: list[str]) -> list[UUID]:
    """Only what is an identifier: anything else in the address is nobody's dossier."""
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found
