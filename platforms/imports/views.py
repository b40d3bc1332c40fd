"""Importing lists: upload, preview with every finding, decisions row by row, import, undo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.forms import model_to_dict
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from platforms.frame import history
from platforms.imports.services import choose_columns, decide_rows, name_notice, preview_import
from platforms.imports.sheets import SHEETS, Refused, cells_of, template
from platforms.models import ImportBatch, ImportRow, Programme
from platforms.notices.batches import CHOICES, correct_notice
from platforms.notices.forms import FactsForm, rows_in
from platforms.notices.headings import COLUMNS
from platforms.notices.reading_again import choose_notice_columns
from platforms.notices.sources import SourceUnreadable
from platforms.states import ImportState
from platforms.support.forms import NoticeForm, UploadForm
from portal.files.views import owns_files
from portal.kernel import audit
from portal.kernel.permissions import allowed, demand_role, fetch, forbid, holds
from portal.kernel.signoff import waiting_for
from portal.kernel.workflow import TransitionBlocked, is_ready, missing
from portal.pages.listforms import Tab, tabs_of
from portal.pages.lists import page_of
from portal.pages.verbs import VerbView, verbs_for
from portal.shared.storage import open_private
from portal.shared.uploads import UploadRefused
from portal.shared.xlsx import MIME, mark_cells

Match, Decision = ImportRow.Match, ImportRow.Decision


@owns_files(ImportBatch)
def batch_of_file(user, pk):
    return ImportBatch.objects.for_user(user).filter(pk=pk).first()


def batches(request):
    """What was imported before, and the upload of the next list."""
    demand_role(ImportBatch, request.user, "view", "此页面属于推荐单位、工业和信息化部和纪检监督。")
    kinds = _kinds_for(request.user)
    form = UploadForm(request.POST or None, request.FILES or None, kinds=kinds) if kinds else None
    if request.method == "POST":
        if form is None:
            forbid("您没有导入的权限。")
        if form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                row = preview_import(form.cleaned_data["kind"], upload, name=upload.name, by=request.user)
            except UploadRefused as refusal:
                form.add_error("file", refusal.sentence)
            except Refused as refusal:
                form.add_error("file", str(refusal))
            else:
                return redirect("import_batch", row.pk)
    rows = (
        ImportBatch.objects.for_user(request.user)
        .select_related("file", "created_by", "giver")
        .annotate(count=Count("rows"))
        .order_by("-created_at")
    )
    return render(
        request,
        "platforms/importing/list.html",
        {
            "form": form,
            "kinds": [(k, ImportBatch.Kind(k).label) for k in kinds],
            "page": page_of(request, rows),
            "may_enter_notices": holds(ImportBatch, request.user, "start_notice"),
        },
        status=422 if form is not None and form.is_bound else 200,
    )


def _kinds_for(user) -> list[str]:
    """A province's own list asks for its programme to be set up first."""
    kinds = [kind for kind in SHEETS if holds(ImportBatch, user, f"start_{kind}")]
    if not Programme.objects.for_user(user, "list_titles").exists():
        kinds = [kind for kind in kinds if kind != ImportBatch.Kind.PROVINCIAL]
    return kinds


@require_safe
def template_file(request, kind):
    if kind not in SHEETS or kind not in _kinds_for(request.user):
        raise Http404
    response = HttpResponse(template(kind), content_type=MIME)
    response["Content-Disposition"] = content_disposition_header(
        True, f"{ImportBatch.Kind(kind).label}模板.xlsx"
    )
    return response


@dataclass(frozen=True)
class BatchScreen:
    """The preview of an import: counts, what is open, and what may be done with it."""

    tabs: list[Tab]
    known_label: str
    taken: int
    missing: list[str]
    waiting: Any
    may_decide: bool
    columns: list[tuple[str, str]]
    notice_form: NoticeForm | None
    notices: list
    is_notice: bool
    facts_form: FactsForm
    event_choices: Any
    has_findings: bool
    historic: bool
    provincial: bool
    events: list
    undone: Any


def batch(request, pk):
    """The preview: counts, every finding by cell, and a choice on every row that could not be told."""
    row = fetch(ImportBatch.objects.select_related("file", "created_by", "giver"), request.user, pk=pk)
    may_decide = is_ready(row, "apply") and allowed(request.user, "edit", row)
    waiting = waiting_for(row).first()
    notice_form = (
        NoticeForm(initial={"address": row.notice_address}) if row.is_of_titles and may_decide else None
    )
    if request.method == "POST" and "name_notice" in request.POST:
        notice_form = NoticeForm(request.POST, request.FILES)
        if _name_notice(request, row, notice_form):
            return redirect("import_batch", row.pk)
    elif request.method == "POST":
        return _decide(request, row)
    lines = row.rows.select_related(
        "platform__organisation", "title", "support", "provincial__programme__recommender"
    ).prefetch_related("candidates__organisation")
    view = request.GET.get("view", "")
    if view in Match.values:
        lines = lines.filter(match=view)
    events = history(row)
    counts = dict(row.rows.order_by().values_list("match").annotate(n=Count("*")))
    return render(
        request,
        "platforms/importing/batch.html",
        {
            "screen": BatchScreen(
                tabs=tabs_of(
                    [
                        ("", "全部"),
                        *((code, _match_label(row, code)) for code in Match.values if counts.get(code)),
                    ],
                    view,
                    counts={**counts, "": sum(counts.values())},
                    hot=(Match.WRONG, Match.UNSURE),
                ),
                known_label=_match_label(row, Match.KNOWN),
                taken=row.rows.exclude(decision__in=("", Decision.SKIP)).count(),
                missing=missing(row, "apply", by=request.user) if may_decide else [],
                waiting=waiting,
                may_decide=may_decide and not waiting,
                columns=[(column.code, column.label) for column in SHEETS.get(row.kind, COLUMNS)],
                notice_form=notice_form,
                notices=_notices(row),
                is_notice=row.kind == ImportBatch.Kind.NOTICE,
                facts_form=FactsForm(initial=model_to_dict(row, list(FactsForm.base_fields))),
                event_choices=CHOICES,
                has_findings=row.rows.filter(match=Match.WRONG).exists(),
                historic=row.is_of_titles,
                provincial=row.kind == ImportBatch.Kind.PROVINCIAL,
                events=events,
                undone=next((step for step in events if step.state == ImportState.UNDONE.label), None),
            ),
            "row": row,
            "page": page_of(request, lines),
            "event_labels": dict(CHOICES),
            "verbs": [] if waiting else verbs_for(row, request.user, ("apply", "discard", "undo")),
        },
    )


def _match_label(row: ImportBatch, match: str) -> str:
    if match == Match.KNOWN and row.kind == ImportBatch.Kind.SUPPORT:
        return "已有相同记录"
    return Match(match).label


def _notices(row: ImportBatch) -> list[tuple[str, str]]:
    if not row.is_of_titles:
        return []
    return sorted(
        {(line.cells["announcement"], line.cells["document"]) for line in row.rows.exclude(decision="skip")}
    )


def _name_notice(request, row, form) -> bool:
    if not form.is_valid():
        return False
    try:
        name_notice(
            row, by=request.user, address=form.cleaned_data["address"], upload=form.cleaned_data["file"]
        )
    except UploadRefused as refusal:
        form.add_error("file", refusal.sentence)
    except TransitionBlocked as refusal:
        form.add_error(None, refusal.reasons)
    return not form.errors


def _decide(request, row):
    if row.kind == ImportBatch.Kind.NOTICE and (typed := rows_in(request.POST)):
        row = correct_notice(row, {}, typed, by=request.user)
    given = {
        int(name.removeprefix("row-")): value
        for name, value in request.POST.items()
        if name.startswith("row-") and name[4:].isdecimal() and value
    }
    if request.POST.get("skip_wrong"):
        given = dict.fromkeys(row.rows.filter(match=Match.WRONG).values_list("pk", flat=True), Decision.SKIP)
    try:
        number = decide_rows(row, given, by=request.user)
        if "choose" in request.POST:
            return _choose(request, row)
        messages.success(request, f"已记录 {number} 行的决定。" if number else "没有改动。")
    except TransitionBlocked as refusal:
        messages.error(request, refusal.words)
    return redirect(f"{reverse('import_batch', args=[row.pk])}?{request.GET.urlencode()}")


def _choose(request, row):
    """Which column an unknown heading is, or that it isn't needed."""
    chosen = {
        name.removeprefix("column-"): value
        for name, value in request.POST.items()
        if name.startswith("column-") and value
    }
    choose = choose_notice_columns if row.kind == ImportBatch.Kind.NOTICE else choose_columns
    try:
        choose(row, chosen, by=request.user)
        messages.success(request, f"已指定 {len(chosen)} 列，名单已重新读取。")
    except (TransitionBlocked, Refused, SourceUnreadable) as refusal:
        messages.error(request, refusal.words if isinstance(refusal, TransitionBlocked) else str(refusal))
    return redirect("import_batch", row.pk)


@require_safe
def marked(request, pk):
    """The uploaded workbook with the wrong cells filled and commented."""
    row = fetch(ImportBatch.objects.select_related("file"), request.user, pk=pk)
    if row.kind == ImportBatch.Kind.NOTICE:
        raise Http404
    remarks: dict[str, str] = {}
    for line in row.rows.filter(match=Match.WRONG):
        for finding in line.findings:
            remarks[finding["cell"]] = f"{finding['problem']}。{finding['mend']}"
    with open_private(row.file.key) as content:
        book = mark_cells(content.read(), remarks, cells=lambda: cells_of(content))
    audit.record_read(row, by=request.user, what="open_file", file=str(row.file_id), name=row.file.name)
    response = HttpResponse(book, content_type=MIME)
    response["Content-Disposition"] = content_disposition_header(
        True, f"{row.get_kind_display()}（已标注）.xlsx"
    )
    return response


class Change(VerbView):
    model = ImportBatch

    def queryset(self):
        return ImportBatch.objects.select_related("file", "giver")

    def shown(self):
        taken = self.obj.rows.exclude(decision__in=("", Decision.SKIP))
        return [
            ("类别", self.obj.get_kind_display()),
            ("文件", self.obj.file.name if self.obj.file_id else "粘贴的公告"),
            ("行数", f"{self.obj.rows.count()} 行，其中导入 {taken.count()} 行"),
            ("归入已有平台", f"{taken.filter(decision=Decision.MATCH).count()} 行"),
            (
                "列入本省名录，未归入平台"
                if self.obj.kind == ImportBatch.Kind.PROVINCIAL
                else "按新平台建立",
                f"{taken.filter(decision=Decision.NEW).count()} 行",
            ),
        ]

    def back_url(self):
        return reverse("import_batch", args=[self.obj.pk])


class Apply(Change):
    verb = "apply"
    done_message = "已拟办，等待另一位负责人审签。"


class Undo(Change):
    verb = "undo"
    done_message = "已拟办，等待另一位负责人审签。"


class Discard(Change):
    verb = "discard"
