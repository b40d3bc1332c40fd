"""Pages of 整改."""

from __future__ import annotations

from django.urls import reverse

from portal.files.views import owns_files
from portal.kernel.calendar import estimate_mark
from portal.kernel.permissions import fetch
from portal.kernel.workflow import perform
from review.models import Rectification
from review.records.forms import CheckAgainForm, ReportDoneForm
from review.records.views import Line, Listing, RecordVerb, list_page, record_page
from review.rectifications import services
from review.states import OPEN_RECTIFICATIONS

VERBS = ("report_done", "send_back", "check_again", "accept", "refer")
TONES = {"ACCEPTED": "ok", "REFERRED": "bad", "CANCELLED": "off", "ORDERED": "warn"}


@owns_files(Rectification)
def rectification_of_file(user, pk):
    return Rectification.objects.for_user(user).filter(pk=pk).first()


def rectifications(request):
    rows = Rectification.objects.for_user(request.user).select_related("title__recommender")
    rows = rows.filter(state__in=OPEN_RECTIFICATIONS) if request.GET.get("view") != "all" else rows
    listing = Listing(
        "整改",
        "复核或者抽查责令整改的平台：平台报告、省级核查、部级结论。",
        ("平台", "推荐单位", "来源", "期限", "状态"),
        "没有在办的整改。复核结论为“复核合格，责令整改”，或者抽查责令整改后，会列在这里。",
        (("open", "在办"), ("all", "全部")),
    )
    return list_page(request, Rectification, rows, listing, _line)


def _line(row) -> Line:
    late = "（逾期）" if row.is_overdue else ""
    source = "三年复核" if row.application_id else "抽查"
    return Line(
        row.title.platform_name,
        reverse("rectification", args=[row.pk]),
        row.title.number,
        (row.title.recommender.label, source, f"{row.due_on}{late}"),
        row.get_state_display(),
        TONES.get(row.state, "info"),
    )


def rectification(request, pk):
    row = fetch(Rectification.objects.select_related("title__recommender", "proof"), request.user, pk=pk)
    passed = {True: "整改合格", False: "整改不合格", None: ""}[row.check_passed]
    facts = [
        ("平台", row.title.platform_name),
        ("证书编号", row.title.number),
        ("推荐单位", row.title.recommender.name),
        ("来源", "三年复核" if row.application_id else "抽查"),
        ("整改要求", row.requirements),
        ("整改期限", f"{row.due_on}{estimate_mark(row.due_on)}{'（逾期）' if row.is_overdue else ''}"),
        ("整改报告", row.report),
        ("省级核查", f"{passed}　{row.check_words}".strip()),
        ("结论", row.conclusion),
    ]
    return record_page(
        request,
        row,
        heading=str(row),
        crumb=("整改", reverse("rectifications")),
        verbs=VERBS,
        url_of=lambda verb: reverse(f"rectification_{verb}", args=[pk]),
        facts=[pair for pair in facts if pair[1]],
        files=[("整改证明", row.proof)] if row.proof else [],
        tone=TONES.get(row.state, "info"),
        article=article_of(row),
    )


def article_of(row: Rectification) -> int:
    """Ordered by a re-review (Art. 14) or after a spot check (Art. 15)."""
    return 15 if row.spot_check_id else 14


class _Verb(RecordVerb):
    model = Rectification
    record_url = "rectification"

    @property
    def basis(self):
        return ((article_of(self.obj), ""),)

    def shown(self):
        row = self.obj
        return [
            *super().shown(),
            ("整改要求", row.requirements),
            ("整改期限", f"{row.due_on}{estimate_mark(row.due_on)}"),
            ("整改报告", row.report or "—"),
        ]


class ReportDone(_Verb):
    verb = "report_done"
    form_class = ReportDoneForm

    def act(self, form):
        data = form.cleaned_data
        return services.report_done(self.obj, words=data["note"], upload=data["upload"], by=self.request.user)


class SendBack(_Verb):
    verb = "send_back"


class CheckAgain(_Verb):
    verb = "check_again"
    form_class = CheckAgainForm

    def act(self, form):
        passed = form.cleaned_data["passed"] == "yes"
        return perform(
            self.obj, "check_again", by=self.request.user, note=form.cleaned_data["note"], passed=passed
        )


class Accept(_Verb):
    verb = "accept"


class Refer(_Verb):
    verb = "refer"

    def act(self, form):
        return services.refer(self.obj, by=self.request.user, note=form.cleaned_data["note"])
