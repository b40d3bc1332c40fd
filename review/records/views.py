"""What the pages of 动态管理 share: a filtered list of records, one record with its trail and its verbs."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.shortcuts import render
from django.urls import reverse

from applications.dossiers.timeline import Entry, office_in
from portal.kernel.action_labels import action_label
from portal.kernel.permissions import demand_role, holds
from portal.kernel.signoff import waiting_for
from portal.models import AuditEvent
from portal.pages.listforms import tabs_of
from portal.pages.lists import page_of
from portal.pages.verbs import VerbView, verbs_for

# What only those who handle the record read of its trail: looks, findings as they come, acts before their signature.
INSIDE = r"\.(open_file|read_file|export|find|create|prepare_\w+|return_\w+)$"


@dataclass(frozen=True)
class Line:
    """One row of a list: a name that leads somewhere, small words under it, cells, a state with its tone."""

    name: str
    url: str
    sub: str = ""
    cells: tuple[str, ...] = ()
    state: str = ""
    tone: str = "info"


@dataclass(frozen=True)
class Listing:
    heading: str
    lead: str
    columns: tuple[str, ...]
    empty: str
    tabs: tuple[tuple[str, str], ...] = ()
    action: tuple[str, str] | None = None  # label, url
    extra: dict = field(default_factory=dict)


def list_page(request, model, rows, listing: Listing, line_of):
    """A paged list of what the user may see; `line_of` turns a row into a Line."""
    demand_role(model, request.user, "view")
    page = page_of(request, rows)
    return render(
        request,
        "review/records/list.html",
        {
            "listing": listing,
            "page": page,
            "lines": [line_of(row) for row in page],
            "tabs": tabs_of(
                listing.tabs, request.GET.get("view", listing.tabs[0][0] if listing.tabs else "")
            ),
            **listing.extra,
        },
    )


def trail_of(obj, user, limit: int = 60) -> list[Entry]:
    """Newest first; the unit and its recommender read offices instead of names, and no reading of files."""
    root = f"{obj._meta.label_lower}:{obj.pk}"
    staff = holds(AuditEvent, user, "see_names")
    rows = AuditEvent.objects.filter(root=root).order_by("-id")
    if not staff:
        rows = rows.exclude(action__regex=INSIDE)
    return [
        Entry(
            action_label(row.action),
            row.at,
            row.actor_label if staff else office_in(row.actor_label),
            "",
            row.note,
        )
        for row in rows[:limit]
    ]


def record_page(
    request, obj, *, heading: str, crumb: tuple[str, str], verbs=(), url_of=None, status=200, **context
):
    """One record: facts, files, what can be done now, the trail. `conclusions` are ways to end it, none put first."""
    ready = verbs_for(obj, request.user, verbs)
    waiting = context.pop("waiting_signoff", None)
    if any(verb.two_person for verb in ready) and (waiting := waiting_for(obj).first()):
        ready = [verb for verb in ready if not verb.two_person]  # proposed once: what waits is shown instead
    ends = set(context.pop("conclusions", ()))
    return render(
        request,
        context.pop("template", "review/records/record.html"),
        {
            "object": obj,
            "heading": heading,
            "crumb": crumb,
            "trail": trail_of(obj, request.user),
            "waiting_signoff": waiting,
            "actions": [(verb.label, url_of(verb.name), verb.name) for verb in ready],
            "weighs": sum(verb.name in ends for verb in ready) > 1,
            **context,
        },
        status=status,
    )


class RecordVerb(VerbView):
    """A verb on a record of 动态管理; the page goes back to the record."""

    record_url = ""

    def queryset(self):
        return self.model.objects.select_related("title__recommender", "title__jurisdiction")

    def back_url(self) -> str:
        return reverse(self.record_url, args=[self.obj.pk])

    def success_url(self, result) -> str:
        if self.declared.two_person:
            return reverse("signoff", args=[result.pk])
        return self.back_url()

    def shown(self):
        title = self.obj.title
        return [
            ("平台", title.platform_name),
            ("运营单位", title.organisation_name),
            ("证书编号", title.number),
            ("推荐单位", title.recommender.name),
            ("当前状态", self.obj.get_state_display()),
        ]
