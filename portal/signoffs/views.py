"""Acts of two persons: what waits, what was shown, one signature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from portal.accounts import proving
from portal.files.renditions import template_pdf
from portal.kernel import audit
from portal.kernel import signoff as signing
from portal.kernel.permissions import demand_role, fetch
from portal.kernel.workflow import Verb, verb_on, verbs_of
from portal.models import SignOff
from portal.pages.forms import PortalForm
from portal.pages.listforms import tabs_of
from portal.pages.lists import page_of
from portal.pages.refusals import refusals_at
from portal.privacy.forms import RevealForm
from portal.privacy.masking import mask_words

WITHOUT_LIST: dict[str, list] = {
    "items": []
}  # a template that finds no such key finds the method of that name
SIGNERS = {"": "工业和信息化部负责人", "accounts": "另一位系统管理员"}  # office → who is the second person


class AnswerForm(PortalForm):
    answer = forms.CharField(
        label="审签意见", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


def signoff_list(request):
    demand_role(SignOff, request.user, "view")
    rows = (
        SignOff.objects.for_user(request.user).select_related("proposer", "signer").order_by("-proposed_at")
    )
    waiting = request.GET.get("view", "waiting") == "waiting"
    if waiting:
        rows = rows.filter(state=SignOff.State.WAITING)
    page = page_of(request, rows)
    tabs = tabs_of((("waiting", "待审签"), ("all", "全部")), "waiting" if waiting else "all")
    return render(request, "portal/signoffs/list.html", {"page": page, "waiting": waiting, "tabs": tabs})


def signoff(request, pk):
    row = fetch(SignOff.objects.select_related("proposer", "signer"), request.user, pk=pk)
    reveals = request.method == "POST" and request.POST.get("then") == "reveal"
    reveal = RevealForm(request.POST if reveals else None)
    if reveals:
        return _page(request, row, _answer_form(request, None), reveal)
    form = _answer_form(request, request.POST or None)
    signs = request.POST.get("then") == "sign"
    if request.method == "POST" and form.is_valid() and (not signs or proving.prove(form, request)):
        with refusals_at(form):
            if signs:
                signing.sign(row, by=request.user, answer=form.cleaned_data["answer"])
                messages.success(request, "已审签，事项已办理。")
            else:
                signing.send_back(row, by=request.user, answer=form.cleaned_data["answer"])
                messages.success(request, "已退回拟办人。")
            return redirect("signoff", pk)
    return _page(request, row, form, reveal)


def _answer_form(request, typed):
    return proving.ask(AnswerForm(typed), request)


@dataclass(frozen=True)
class SignoffScreen:
    """One act beside its list: who may answer it, and what the reader is to them."""

    verb: Any
    waiting: bool
    paper: str
    page: str
    may_sign: bool
    second: str
    is_proposer: bool
    reveal: RevealForm | None


def _page(request, row: SignOff, form, reveal: RevealForm):
    row.shown = WITHOUT_LIST | row.shown
    act = signing.act_of(row)
    waiting = row.state == SignOff.State.WAITING
    people = signing.signers_of(row)
    is_proposer = row.proposer_id == request.user.pk
    revealed = reveal.is_bound and reveal.is_valid()
    if revealed:
        audit.record(action="reveal_contacts", obj=row, by=request.user, note=reveal.cleaned_data["reason"])
    masked = (
        bool(row.shown.get("private"))
        and not revealed
        and not (waiting and (is_proposer or request.user in people))
    )
    if masked:
        row.shown = hide_contacts(row.shown)
    return render(
        request,
        "portal/signoffs/detail.html",
        {
            "screen": SignoffScreen(
                verb=_worded(row, act),
                waiting=waiting,
                paper=act.paper if row.shown.get("paper") else "",
                page=act.page(signing.objects_of(row)[0]) if act.page else "",
                may_sign=request.user in people,
                second=SIGNERS.get(row.office, "本省负责人"),
                is_proposer=is_proposer,
                reveal=reveal if masked else None,
            ),
            "row": row,
            "scored": is_scored(row),
            "form": form,
            "seconds": signing.Seconds(row.office, people) if waiting else None,
            **proving.passkey_for(form, request),
        },
        status=409 if form.is_bound and form.errors else 422 if reveal.is_bound and not revealed else 200,
    )


def _worded(row: SignOff, act) -> Verb:
    """The verb in the words of the procedure that the list is of."""
    declared = verbs_of(act.model)[act.verb]
    return verb_on(signing.objects_of(row)[0], act.verb) if declared.wording else declared


def is_scored(row: SignOff) -> bool:
    """Whether the list has scores: the last cell of a line."""
    return any(line[-1] for line in row.shown.get("items", ()))


def hide_contacts(shown: dict) -> dict:
    """The same words for whoever does not sign them: the lines that `private` names are masked."""
    private = set(shown["private"])

    def masked(line: list) -> list:
        return [line[0], *map(mask_words, line[1:])] if line and line[0] in private else line

    cases = [{**case, "rows": [masked(line) for line in case["rows"]]} for case in shown.get("cases", ())]
    lines = {name: [masked(line) for line in shown[name]] for name in ("rows", "items") if name in shown}
    return {**shown, **lines, **({"cases": cases} if cases else {})}


@require_safe
def book(request, pk):
    """The case book of one act: the list, its figures and one page per dossier, exactly as the digest binds them."""
    row = fetch(SignOff.objects.select_related("proposer"), request.user, pk=pk)
    if not row.shown.get("cases"):
        raise Http404
    row.shown = WITHOUT_LIST | row.shown
    people = signing.signers_of(row)
    if row.shown.get("private") and request.user not in people:
        row.shown = hide_contacts(row.shown)
    response = HttpResponse(
        template_pdf(
            "pdf/casebook.html", {"row": row, "people": people, "scored": is_scored(row)}, style="book"
        ),
        content_type="application/pdf",
    )
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=False, filename=f"{row.shown['title']}案卷册.pdf"
    )
    return response
