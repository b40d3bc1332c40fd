"""Pages of a change: filed by the unit, verified and decided above it, its notice open to everyone."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from platforms.frame import history
from platforms.models import Platform, UnitChange
from platforms.states import ChangeState
from platforms.unitchanges.forms import ApproveForm, AskForm, ChangeForm, ExplainForm, ReceiveForm
from platforms.unitchanges.receiving import consent_in_words, decline, may_receive, receive
from platforms.unitchanges.services import explain_change, file_change
from portal.files.views import owns_files
from portal.kernel import clock, signoff
from portal.kernel.permissions import demand_role, fetch
from portal.kernel.workflow import TransitionBlocked, missing
from portal.models import StoredFile
from portal.pages.lists import page_of
from portal.pages.refusals import refusals_at
from portal.pages.verbs import VerbView, verbs_for
from portal.shared.refusal import UploadRefused

RELATED = (
    "platform__organisation",
    "office",
    "moves_to",
    "operator",
    "paper",
    "filed_by",
    "verified_by",
    "agreed_by",
)
VERBS = ("verify", "agree", "approve", "ask", "explain", "withdraw")


@owns_files(UnitChange)
def change_of_file(user, pk):
    return UnitChange.objects.for_user(user).filter(pk=pk).first()


def new(request, pk):
    platform = fetch(
        Platform.objects.select_related("organisation", "jurisdiction"), request.user, "file_change", pk=pk
    )
    form = ChangeForm(request.POST or None, request.FILES or None, platform=platform)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form, "paper"):
            change = file_change(platform, by=request.user, **form.filed())
            messages.success(request, f"变更已提出，等待{change.office.name}核验。")
            return redirect("unit_change", change.pk)
    return render(
        request,
        "platforms/unitchanges/form.html",
        {"platform": platform, "form": form},
        status=422 if form.is_bound else 200,
    )


@require_safe
def changes(request):
    demand_role(UnitChange, request.user, "view", "此页面属于申报单位、推荐单位、工业和信息化部和纪检监督。")
    rows = UnitChange.objects.for_user(request.user).select_related(*RELATED)
    return render(
        request,
        "platforms/unitchanges/list.html",
        {"page": page_of(request, rows)},
    )


@require_safe
def detail(request, pk):
    return _page(request, fetch(UnitChange.objects.select_related(*RELATED), request.user, pk=pk))


def _page(request, row: UnitChange, answer: ReceiveForm | None = None):
    waiting = signoff.waiting_for(row).first()
    verbs = [] if waiting else verbs_for(row, request.user, VERBS)
    files = StoredFile.objects.filter(owner_model=row._meta.label_lower, owner_id=row.pk)
    return render(
        request,
        "platforms/unitchanges/detail.html",
        {
            "row": row,
            "lines": row.lines if verbs else row.masked_lines,
            "waiting": waiting,
            "consent": consent_in_words(row) if row.operator_id else "",
            "answer": answer or (ReceiveForm() if may_receive(row, request.user) else None),
            "files": files.order_by("-uploaded_at"),
            "events": history(row),
            "verbs": [verb for verb in verbs if not missing(row, verb.name, by=request.user)],
            "held": [
                reason
                for verb in verbs
                for reason in missing(row, verb.name, by=request.user)
                if verb.name != "agree"
            ],
        },
        status=422 if answer else 200,
    )


@require_POST
def received(request, pk):
    row = fetch(UnitChange.objects.select_related(*RELATED), request.user, "receive", pk=pk)
    form = ReceiveForm(request.POST)
    if form.is_valid():
        with refusals_at(form):
            if form.declines:
                decline(row, note=form.cleaned_data["note"], by=request.user)
                messages.success(request, "已答复不同意接收，并告知提出单位和主管部门。")
            else:
                receive(row, by=request.user)
                messages.success(request, f"已同意接收，等待{row.office.name}核验。")
            return redirect("unit_change", row.pk)
    return _page(request, row, form)


@login_not_required
@require_safe
def notices(request):
    """Every change that was decided, the latest first."""
    rows = UnitChange.objects.filter(state=ChangeState.DONE).order_by("-done_on", "-filed_at")
    page = page_of(request, rows, 30)
    return render(request, "platforms/unitchanges/notices.html", {"page": page})


@login_not_required
@require_safe
def notice(request, pk):
    """The change as everyone may read it, once it is decided."""
    row = get_object_or_404(
        UnitChange.objects.select_related("platform__organisation", "office", "moves_to"),
        pk=pk,
        state=ChangeState.DONE,
    )
    titles = row.platform.designations.order_by("-granted_on")
    return render(request, "platforms/unitchanges/notice.html", {"row": row, "title": titles.first()})


class Change(VerbView):
    model = UnitChange

    def dispatch(self, request, *args, **kwargs):
        return super().dispatch(request, *args, **kwargs)

    def queryset(self):
        return UnitChange.objects.select_related(*RELATED)

    def shown(self):
        row = self.obj
        facts = [(label, f"{before} → {after}") for label, before, after in row.lines]
        facts += [("变更原因", row.reason), ("证照和证明", row.paper.name if row.paper_id else "")]
        if row.verified_by_id:
            facts.append(("核验人", f"{row.office.name} {row.verified_by.name}"))
        if row.query:
            facts.append(("不一致之处", row.query))
        if row.answer:
            facts.append(("单位的说明", row.answer))
        return facts

    def back_url(self):
        return reverse("unit_change", args=[self.obj.pk])


class Verify(Change):
    verb = "verify"

    def facts(self, cleaned):
        return {"at": clock.now()}


class Agree(Verify):
    verb = "agree"


class Ask(Change):
    verb = "ask"
    form_class = AskForm


class Explain(Change):
    verb = "explain"
    form_class = ExplainForm

    def act(self, form):
        data = form.cleaned_data
        try:
            return explain_change(self.obj, note=data["note"], paper=data["paper"], by=self.request.user)
        except UploadRefused as refusal:
            form.add_error("paper", refusal.sentence)
            raise TransitionBlocked([]) from refusal


class Approve(Change):
    verb = "approve"
    form_class = ApproveForm
    done_message = "已拟办，等待另一位负责人审签。"


class Withdraw(Change):
    verb = "withdraw"
