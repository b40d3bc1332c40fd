"""Service postings (Art. 13): published and kept current by the platform, hidden with a reason above it."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from platforms.models import Platform, ServicePosting
from platforms.states import PostingState
from portal.kernel import audit, clock, outbox
from portal.kernel.permissions import demand_scope
from portal.kernel.workflow import TransitionBlocked, perform
from portal.models import AuditEvent
from portal.shared.names import compare_key

FIELDS = (
    "name",
    "function",
    "audience",
    "when",
    "ends_on",
    "mode",
    "place",
    "fee",
    "price",
    "contact",
    "phone",
    "description",
)


@transaction.atomic
def publish_posting(platform: Platform, *, by, **content: Any) -> ServicePosting:
    """Shown to the public at once; only a platform with a living title may publish."""
    demand_scope(by, "post_service", platform)
    _refuse_what_is_hidden(platform, content)
    today = clock.today()
    row = ServicePosting.objects.create(platform=platform, published_on=today, confirmed_on=today, **content)
    audit.record(action="publish", obj=row, by=by, facts=content)
    return row


def _refuse_what_is_hidden(platform: Platform, content: dict[str, Any]) -> None:
    """What was hidden does not come back as another: it is mended where it is, and whoever hid it lets it through."""
    hidden = ServicePosting.objects.filter(platform=platform).exclude(hidden_reason="")
    for row in hidden.exclude(state=PostingState.PUBLISHED):
        alike = [
            compare_key(str(getattr(row, name))) == compare_key(str(content[name]))
            for name in ("name", "description")
        ]
        if any(alike):
            raise TransitionBlocked(
                [
                    f"此条与已被隐藏的“{row.name}”内容相同（隐藏理由：{row.hidden_reason}）。请在原信息上改正，由主管部门恢复显示。"
                ]
            )


@transaction.atomic
def edit_posting(posting: ServicePosting, *, by, **content: Any) -> ServicePosting:
    """A change counts as a confirmation; what was hidden stays hidden until it is restored."""
    row = _locked(posting, by)
    changed = {
        name: [getattr(row, name), content[name]] for name in FIELDS if getattr(row, name) != content[name]
    }
    for name in changed:
        setattr(row, name, content[name])
    row.confirmed_on = clock.today()
    row.save(update_fields=[*changed, "confirmed_on"])
    event = audit.record(action="edit", obj=row, by=by, facts=changed)
    if changed and row.state == PostingState.HIDDEN:
        outbox.send_event(event)  # whoever hid it looks at it again
    return row


def changes_since_hidden(row: ServicePosting) -> list[tuple[str, str, str]]:
    """What its platform has changed since it was hidden: label, as it was then, as it is now."""
    events = AuditEvent.objects.filter(stream=f"{row._meta.label_lower}:{row.pk}").order_by("id")
    before: dict[str, Any] = {}
    for event in events:
        if event.action.endswith(".hide"):
            before = {}
        elif event.action.endswith(".edit"):
            for name, (was, _) in event.facts.items():
                before.setdefault(name, was)
    now = {name: getattr(row, name) for name in before}
    return [
        (str(_field(name).verbose_name), _said(name, before[name]), _said(name, now[name]))
        for name in FIELDS
        if name in before and str(before[name] or "") != str(now[name] or "")
    ]


def _field(name: str) -> Any:
    return ServicePosting._meta.get_field(name)


def _said(name: str, value: Any) -> str:
    return str(dict(_field(name).flatchoices).get(value, value) or "（空）")


@transaction.atomic
def confirm_posting(posting: ServicePosting, *, by) -> ServicePosting:
    """The platform says that the posting still holds: another 90 days."""
    row = _locked(posting, by)
    row.confirmed_on = clock.today()
    row.save(update_fields=["confirmed_on"])
    audit.record(action="confirm", obj=row, by=by)
    return row


def change_posting(posting: ServicePosting, verb: str, *, by, note: str = "") -> ServicePosting:
    """`hide`, `restore` or `withdraw`."""
    return perform(posting, verb, by=by, note=note)


def _locked(posting: ServicePosting, by) -> ServicePosting:
    demand_scope(by, "edit", posting)
    row = ServicePosting.objects.select_for_update().get(pk=posting.pk)
    if row.state == PostingState.WITHDRAWN:
        raise TransitionBlocked(["此条服务信息已撤下，请另行发布。"])
    return row
