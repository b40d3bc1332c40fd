"""What anyone is handed for something sent in, on its pages: shown, kept as a file, asked for, its code sent again."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse

from portal.accounts import attempts
from portal.desk.receipts import ask_for_code
from portal.kernel.receipts import find_by_code, kept_for
from portal.pages.forms import PortalForm, QueryForm

SENT = "如果回执编号和电子邮箱与提交时一致，查询码已发往该邮箱，请在几分钟后查收。"


class LostCodeForm(PortalForm):
    """Number and the address that was left; each asking counts like a wrong code does."""

    receipt_number = forms.CharField(label="回执编号", max_length=24)
    address = forms.EmailField(label="提交时留下的电子邮箱", max_length=80)

    def __init__(self, *args, sender: str, **kwargs):
        super().__init__(*args, prefix="lost", **kwargs)
        self.sender = sender

    def clean(self):
        data = super().clean()
        number = data.get("receipt_number", "")
        if attempts.is_over("query", address=self.sender, account=number):
            raise forms.ValidationError("查询不成功的次数过多，请一小时后再试。")
        attempts.note("query", address=self.sender, account=number)
        return data


def show_receipt(request, rows: QuerySet, number: str, *, template: str, query: str) -> HttpResponse:
    """The receipt with its code, in the browser that sent it in, as a page or a file; elsewhere one asks with the code."""
    row = kept_for(request.session, rows, number)
    if row is None:
        return redirect(query)
    shown = {"row": row, "query_url": f"{settings.SITE_ORIGIN}{reverse(query)}"}
    if request.GET.get("file"):
        text = render_to_string("text/receipt.txt", {**shown, "kind": row._meta.verbose_name})
        response = HttpResponse(text.encode("utf-8-sig"), content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{row.receipt_number}.txt"'
        return response
    return render(request, template, shown)


def query_receipt(request, rows: QuerySet, *, template: str, what: str) -> HttpResponse:
    """The sender's own view by number and code, and the way back to a code that was lost."""
    sender, is_lost = attempts.of_request(request), "lost-receipt_number" in request.POST
    form = QueryForm(None if is_lost else request.POST or None, sender=sender)
    lost = LostCodeForm(request.POST if is_lost else None, sender=sender)
    row, sent = None, ""
    if form.is_bound and form.is_valid():
        row = find_by_code(rows, form.cleaned_data["receipt_number"], form.cleaned_data["query_code"])
        if row is None:
            form.miss()
            form.add_error(None, f"没有找到此{what}，请核对回执编号和查询码。")
    if lost.is_bound and lost.is_valid():
        ask_for_code(rows, lost.cleaned_data["receipt_number"], lost.cleaned_data["address"])
        sent = SENT
    status = 422 if form.errors or lost.errors else 200
    return render(request, template, {"form": form, "lost": lost, "row": row, "sent": sent}, status=status)
