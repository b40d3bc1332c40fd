"""The one page of work in bulk: choose on a list, see what will happen to which, one note, one button, the results."""

from __future__ import annotations

from collections import defaultdict

from django import forms
from django.contrib import messages
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from portal.bulk import services
from portal.bulk.models import BulkRun
from portal.bulk.registry import list_of, verb_of
from portal.kernel.permissions import fetch
from portal.kernel.signoff import seconds_for
from portal.kernel.workflow import TransitionBlocked
from portal.shared.refusal import UploadRefused


@require_POST
def start(request):
    """Take over what is ticked on a list, or everything that its filters leave."""
    key, name = request.POST.get("list", ""), request.POST.get("verb", "")
    of, params = list_of(key), QueryDict(request.POST.get("back", "")).dict()
    if of is None:
        raise Http404
    verb = verb_of(key, name)
    if verb is None:
        messages.error(request, "请选择要批量办理的事项。")
        return redirect(of.back(params))
    try:
        keys = _all_of(request, of, params) if request.POST.get("all") else _ticked(request, of)
        row = services.choose(of, verb, keys, query=request.POST.get("back", ""), by=request.user)
    except TransitionBlocked as refusal:
        messages.error(request, refusal.words)
        return redirect(of.back(params))
    return redirect("bulk_run", row.pk)


def _all_of(request, of, params) -> list[str]:
    rows = of.rows(request.user, params)
    return [str(pk) for pk in rows.values_list("pk", flat=True)[: services.MOST + 1]]


def _ticked(request, of) -> list[str]:
    """Only what this person may see: anything else in the request is nobody's case."""
    known = {str(pk) for pk in of.model.objects.for_user(request.user).values_list("pk", flat=True)}
    return [key for key in dict.fromkeys(request.POST.getlist("pick")) if key in known]


def run(request, pk):
    """Before: each case with what will become of it. Afterwards: what did become of it, and what is left to do."""
    row = fetch(BulkRun.objects.select_related("signoff"), request.user, pk=pk)
    of, verb = list_of(row.list_key), verb_of(row.list_key, row.verb)
    shared = {
        "row": row,
        "label": verb.label_on(of.model),
        "back_url": of.back(QueryDict(row.query).dict()),
        "signed": verb.is_signed(of.model),
    }
    if row.done_at and request.method == "POST":  # a second click
        return redirect("bulk_run", pk)
    if row.done_at:
        return render(request, "portal/bulk/done.html", {**shared, **_results(row)})
    declared = verb.declared(of.model)
    form = verb.form_class(
        request.POST or None, request.FILES or None, note_required=bool(declared and declared.note_required)
    )
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        try:
            services.carry_out(row, by=request.user, note=facts.pop("note"), facts=facts)
        except TransitionBlocked as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        except UploadRefused as refusal:
            form.add_error(_file_field(form), refusal.sentence)
        else:
            return redirect("bulk_run", pk)
    verdicts = services.judge(row, by=request.user)
    ready = [one for one in verdicts if not one.reasons]
    signed = ready and shared["signed"]
    return render(
        request,
        "portal/bulk/plan.html",
        {
            "seconds": seconds_for([one.obj for one in ready], verb.name, by=request.user)
            if signed
            else None,
            **shared,
            "form": form,
            "ready": ready,
            "left_out": _by_reason(verdicts),
            "basis": verb.basis,
            "consequence": verb.consequence_on(of.model),
            "total": len(verdicts),
            "left": len(verdicts) - len(ready),
        },
        status=422 if form.is_bound else 200,
    )


def _file_field(form) -> str | None:
    """Of the form's own fields: what else is sent as a file is nobody's."""
    return next((name for name, field in form.fields.items() if isinstance(field, forms.FileField)), None)


def _by_reason(verdicts) -> list[tuple[str, list]]:
    """The cases left out under each sentence: four hundred rows are read as a few groups."""
    groups: dict[str, list] = defaultdict(list)
    for one in verdicts:
        if one.reasons:
            groups["".join(one.reasons)].append(one)
    return sorted(groups.items(), key=lambda pair: -len(pair[1]))


def _results(row: BulkRun) -> dict:
    groups: dict[str, list] = defaultdict(list)
    for line in row.results:
        if line["reasons"]:
            groups["".join(line["reasons"])].append(line)
    left = [line["id"] for line in row.results if line["reasons"]]
    return {
        "done": [line for line in row.results if not line["reasons"]],
        "left_out": sorted(groups.items(), key=lambda pair: -len(pair[1])),
        "left_ids": left,
    }
