"""The regulation with its interpretations, policy texts, help. Carries out Art. 20."""

from __future__ import annotations

from collections import defaultdict

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.kernel import audit, clock
from portal.kernel.permissions import demand_role, holds
from portal.models import Interpretation
from portal.pages.forms import PortalForm
from portal.regulation import ANNEXES, articles


@login_not_required
@require_safe
def regulation(request):
    """Every rule on screen links here; interpretations stand at their article (Art. 20)."""
    by_article = defaultdict(list)
    for row in Interpretation.objects.select_related("issued_by"):
        by_article[row.article].append(row)
    lines, chapter = [], ""
    for article in articles():
        lines.append(
            (
                article.chapter if article.chapter != chapter else "",
                article,
                by_article.get(article.number, []),
            )
        )
        chapter = article.chapter
    context = {"lines": lines, "annexes": ANNEXES, "may_issue": holds(Interpretation, request.user, "issue")}
    return render(request, "portal/guide/regulation.html", context)


@login_not_required
@require_safe
def policies(request):
    return render(
        request,
        "portal/guide/policies.html",
        {"interpretations": Interpretation.objects.order_by("-issued_on")[:30]},
    )


@login_not_required
@require_safe
def help_page(request):
    return render(request, "portal/guide/help.html")


class InterpretationForm(PortalForm):
    goes_public = ("item", "question", "answer")
    article = forms.IntegerField(label="条", min_value=1, max_value=21)
    item = forms.CharField(label="项", max_length=4, required=False, help_text="如“三”；解释整条时不填")
    question = forms.CharField(label="问题", max_length=200)
    answer = forms.CharField(label="解释", widget=forms.Textarea(attrs={"rows": 6}), max_length=3000)


def issue_interpretation(request):
    """Art. 20: the ministry interprets; dated, shown at the article from then on."""
    demand_role(Interpretation, request.user, "issue", "条文解释由工业和信息化部负责人发布。")
    form = InterpretationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        row = Interpretation.objects.create(
            **form.cleaned_data, issued_on=clock.today(), issued_by=request.user
        )
        audit.record(action="issue", obj=row, by=request.user, facts=form.cleaned_data)
        messages.success(request, "解释已发布，显示在条文处。")
        return redirect(f"{reverse('regulation')}#art-{row.article}")
    return render(request, "portal/guide/issue.html", {"form": form}, status=422 if form.is_bound else 200)
