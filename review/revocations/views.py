"""Pages of 撤销程序, 放弃称号 and 暂停申报."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from platforms.models import Designation
from platforms.states import LIVE_TITLES
from portal.files.views import owns_files
from portal.kernel import signoff
from portal.kernel.calendar import deadline_in, estimate_mark
from portal.kernel.clock import day_of
from portal.kernel.permissions import allowed, demand_role, fetch, holds
from portal.kernel.workflow import TransitionBlocked
from portal.pages.refusals import refusals_at
from portal.shared.sentences import one_sentence
from portal.shared.uploads import UploadRefused
from portal.shared.workingdays import date_cn, date_cn_weekday
from review.models import Revocation
from review.records.forms import (
    ArrangeHearingForm,
    DecideForm,
    EvidenceForm,
    HearingForm,
    OpenRevocationForm,
    StateCaseForm,
)
from review.records.views import Line, Listing, RecordVerb, list_page, record_page
from review.revocations import papers, services
from review.states import OPEN_REVOCATIONS

VERBS = ("notify", "state_case", "hold_hearing", "decide", "drop")
TONES = {"DECIDED": "bad", "DROPPED": "off"}


@owns_files(Revocation)
def revocation_of_file(user, pk):
    return Revocation.objects.for_user(user).filter(pk=pk).first()


def revocations(request):
    rows = Revocation.objects.for_user(request.user).select_related("title__recommender")
    rows = rows.filter(state__in=OPEN_REVOCATIONS) if request.GET.get("view") != "all" else rows
    listing = Listing(
        "撤销程序",
        "取证、告知、陈述或者听证、两人决定、公告；弄虚作假的，所在地区下一年度申报工作暂停。",
        ("平台", "事由", "立案", "状态"),
        "没有在办的撤销程序。可以从名录中打开示范平台，或者从抽查、整改、复核中移送启动。",
        (("open", "在办"), ("all", "全部")),
        ("启动撤销程序", reverse("revocation_open")) if holds(Revocation, request.user, "open") else None,
    )
    return list_page(request, Revocation, rows, listing, _line)


def _line(row) -> Line:
    return Line(
        row.title.platform_name,
        reverse("revocation", args=[row.pk]),
        f"{row.number} · {row.title.number}",
        (row.get_ground_display(), day_of(row.opened_at).isoformat()),
        papers.standing_in_words(row),
        TONES.get(row.state, "warn"),
    )


def open_page(request):
    """Find the title by its number, then say why."""
    demand_role(Revocation, request.user, "open", "撤销程序由工业和信息化部启动。")
    number = (request.POST.get("number") or request.GET.get("number", "")).strip().upper()
    title = Designation.objects.filter(key=number, state__in=LIVE_TITLES).first() if number else None
    form = OpenRevocationForm(
        request.POST if "facts" in request.POST else None,
        initial={"ground": request.GET.get("ground", "fraud")},
    )
    if title and request.method == "POST" and form.is_bound and form.is_valid():
        with refusals_at(form):
            row = services.open_revocation(title, by=request.user, **form.cleaned_data)
            messages.success(request, f"已立案，案号 {row.number}。请加入证据后告知平台。")
            return redirect("revocation", row.pk)
    return render(
        request,
        "review/revocation/open.html",
        {"number": number, "title": title, "form": form},
        status=422 if form.is_bound else 200,
    )


def revocation(request, pk):
    row = fetch(
        Revocation.objects.select_related("title__recommender", "title__jurisdiction", "opened_by", "notice"),
        request.user,
        pk=pk,
    )
    form, heading, button = None, "", ""
    if row.state == "OPENED" and allowed(request.user, "add_evidence", row):
        form, heading, button = (
            EvidenceForm(request.POST or None, request.FILES or None),
            "加入证据",
            "加入证据",
        )
        if request.method == "POST" and form.is_valid() and _add_evidence(request, row, form):
            return redirect("revocation", pk)
    elif row.awaits_hearing and allowed(request.user, "arrange_hearing", row):
        form, heading, button = _hearing_form(request, row), "安排听证", "通知平台"
        if request.method == "POST" and form.is_valid() and _arrange_hearing(request, row, form):
            return redirect("revocation", pk)
    waiting = signoff.waiting_for(row).first() if holds(Revocation, request.user, "prepare_decide") else None
    return record_page(
        request,
        row,
        heading=f"撤销程序 {row.number}",
        crumb=("撤销程序", reverse("revocations")),
        verbs=() if waiting else VERBS,
        url_of=lambda verb: reverse(f"revocation_{verb}", args=[pk]),
        facts=_facts(row),
        tone=TONES.get(row.state, "warn"),
        files=_files(row),
        form=form,
        button=button,
        template="review/revocation/case.html",
        standing=papers.standing_in_words(row),
        papers=row.papers.all(),
        gives_view=not row.department_view
        and row.is_fraud
        and row.state in OPEN_REVOCATIONS
        and allowed(request.user, "state_view", row),
        writes_facts=row.state == "OPENED" and allowed(request.user, "write_facts", row),
        form_heading=heading,
        waiting_signoff=waiting,
        article=15 if row.is_fraud else 14,
        notice=row.notice,
        status=422 if form is not None and form.is_bound else 200,
    )


def _files(row) -> list[tuple[str, object]]:
    evidence = [(entry.words, entry.file) for entry in row.evidence.select_related("file")]
    return [*evidence, *(("陈述材料", file) for file in row.statement_files.order_by("uploaded_at"))]


def _add_evidence(request, row, form) -> bool:
    try:
        services.add_evidence(row, by=request.user, **form.cleaned_data)
    except UploadRefused as refusal:
        form.add_error("upload", refusal.sentence)
        return False
    messages.success(request, "证据已加入。")
    return True


def _hearing_form(request, row) -> ArrangeHearingForm:
    known = {"on": row.hearing_on, "at": row.hearing_at, "place": row.hearing_place}
    return ArrangeHearingForm(
        request.POST or None, initial=known, earliest=date_cn_weekday(services.earliest_hearing())
    )


def _arrange_hearing(request, row, form) -> bool:
    try:
        services.arrange_hearing(row, by=request.user, **form.cleaned_data)
    except TransitionBlocked as refusal:
        form.add_error(None, refusal.reasons)
        return False
    messages.success(request, "听证通知已发出。需要改期或者换地点的，重新填写后再次通知。")
    return True


def _facts(row) -> list[tuple[str, str]]:
    facts = [
        ("平台", row.title.platform_name),
        ("运营单位", row.title.organisation_name),
        ("证书编号", f"{row.title.number}（{row.title.get_state_display()}）"),
        ("推荐单位", row.title.recommender.name),
        ("所在地区", row.title.jurisdiction.name),
        ("事由", row.get_ground_display()),
        ("移送意见", row.referral),
        ("查明的事实", row.facts or "（待经办人撰写）"),
        ("告知", f"{day_of(row.notified_at)}，陈述期限 {_statement_due(row)}" if row.notified_at else ""),
        ("陈述意见", row.statement),
        ("所在地区主管部门意见", row.department_view),
        ("要求听证", "是" if row.wants_hearing else ""),
        ("听证安排", row.hearing_words),
        ("听证情况", row.hearing_record),
        ("决定", f"{date_cn(row.decided_on)}　{row.document_number}".strip() if row.decided_on else ""),
        ("决定理由", row.reason),
        ("后果", one_sentence(_effects(row))),
    ]
    return [pair for pair in facts if pair[1]]


def _statement_due(row) -> str:
    return f"{row.statement_due}{estimate_mark(row.statement_due)}"


def _effects(row) -> list[str]:
    if row.state != "DECIDED":
        return []
    done = [f"称号{row.title.get_state_display()}"]
    if row.suspends:
        done.append(f"暂停{row.title.jurisdiction.name} {row.decided_on.year + 1} 年度申报工作")
    return done


class _Verb(RecordVerb):
    model = Revocation
    record_url = "revocation"

    @property
    def basis(self):
        return ((15 if self.obj.is_fraud else 14, ""),)

    def shown(self):
        return [*super().shown(), ("事由", self.obj.get_ground_display()), ("查明的事实", self.obj.facts)]


class Notify(_Verb):
    verb = "notify"
    template_name = "review/revocation/notify.html"
    done_message = "已签发事先告知书，已告知平台。"

    def extra_context(self):
        return {"paper": papers.compose_notice(self.obj, deadline_in(services.STATEMENT_DAYS))}

    def act(self, form):
        return services.notify(self.obj, by=self.request.user, note=form.cleaned_data["note"])


class StateCase(_Verb):
    verb = "state_case"
    form_class = StateCaseForm

    def shown(self):
        due = _statement_due(self.obj) if self.obj.statement_due else "—"
        return [*super().shown(), ("陈述期限", due)]

    def act(self, form):
        cleaned = form.cleaned_data
        return services.state_case(
            self.obj,
            words=cleaned["note"],
            wants_hearing=cleaned["wants_hearing"],
            files=cleaned["files"],
            by=self.request.user,
        )


class HoldHearing(_Verb):
    verb = "hold_hearing"
    form_class = HearingForm

    def shown(self):
        return [*super().shown(), ("听证安排", self.obj.hearing_words or "—")]


class Drop(_Verb):
    verb = "drop"


class Decide(_Verb):
    """The effects page: what the signature brings about, each confirmed by itself, and the announcement."""

    verb = "decide"
    form_class = DecideForm
    template_name = "review/revocation/decide.html"
    done_message = "已拟办撤销称号，等待另一位负责人审签。"

    def make_form(self, *data):
        return DecideForm(
            *data,
            obj=self.obj,
            user=self.request.user,
            note_required=True,
            effects=services.effects_of(self.obj),
        )

    def extra_context(self):
        opening, sections = services.announcement_parts(self.obj, "（决定理由）")
        return {
            "announcement": {
                "title": services.heading_of(self.obj),
                "opening": opening,
                "sections": sections,
            },
            "heard": papers.heard_in_words(self.obj),
            "paper": papers.compose_decision(self.obj, reason="（决定理由）", number=""),
        }
