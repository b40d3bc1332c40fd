"""The administrator's desk for the portal itself: its health, and what did not get through."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal.kernel import outbox
from portal.kernel.permissions import demand_role, fetch
from portal.models import OutboxMessage
from portal.operations.deadletters import describe_all, failing_messages
from portal.operations.health import examine
from portal.pages.forms import PortalForm
from portal.pages.lists import page_of

SETTLED = "此项已经办结，不需要再处理。"


class DropForm(PortalForm):
    reason = forms.CharField(label="不再发送的理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


def only_administrators(request) -> None:
    demand_role(OutboxMessage, request.user, "view", "系统运行情况由系统管理员查看。")


@require_safe
def health(request):
    only_administrators(request)
    findings = examine()
    wrong = [finding for finding in findings if finding.level]
    return render(
        request, "operations/health.html", {"wrong": wrong, "fine": [f for f in findings if not f.level]}
    )


@require_safe
def outbox_list(request):
    only_administrators(request)
    page = page_of(request, failing_messages())
    rows = describe_all(page)
    return render(request, "operations/outbox.html", {"page": page, "rows": rows})


@require_POST
def outbox_requeue(request, pk: int):
    only_administrators(request)
    message = fetch(OutboxMessage.objects.all(), request.user, "requeue", pk=pk)
    if outbox.requeue(message, by=request.user):
        messages.success(request, "已重新排队，稍后发送。")
    else:
        messages.info(request, SETTLED)
    return redirect("outbox_list")


@require_POST
def outbox_requeue_all(request):
    only_administrators(request)
    done = sum(outbox.requeue(message, by=request.user) for message in failing_messages())
    messages.success(request, f"{done} 项已重新排队，稍后发送。")
    return redirect("outbox_list")


def outbox_drop(request, pk: int):
    only_administrators(request)
    message = fetch(OutboxMessage.objects.all(), request.user, "drop", pk=pk)
    form = DropForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if outbox.drop(message, by=request.user, reason=form.cleaned_data["reason"]):
            messages.success(request, "已记为不再发送。")
        else:
            messages.info(request, SETTLED)
        return redirect("outbox_list")
    return render(
        request,
        "operations/outbox_drop.html",
        {"form": form, "row": describe_all([message])[0]},
        status=422 if form.is_bound else 200,
    )
