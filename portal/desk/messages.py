"""Messages of the portal to one person, grouped by the case that they are about."""

from __future__ import annotations

from collections.abc import Iterable

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.kernel.permissions import fetch
from portal.kernel.request import own_address
from portal.models import Notification
from portal.pages.listforms import tabs_of, text_line
from portal.pages.lists import DeclaredList, Filter, search

INBOX = DeclaredList(
    filters=(
        Filter("unread", lambda rows, _: rows.filter(read_at=None)),
        search("title", "body", field=text_line("平台、事项")),
    ),
    size=30,
    is_wide=True,
)


def inbox(request):
    rows = Notification.objects.for_user(request.user)
    page, asked = INBOX.page(request, rows), INBOX.values(request.GET)
    unread = "1" if asked["unread"] else ""
    context = {
        "page": page,
        "cases": by_case(page),
        "tabs": tabs_of((("", "全部"), ("1", "未读")), unread, name="unread", kept={"q": asked["q"]}),
        "filters": INBOX.form(
            request.GET,
            kept={"unread": unread},
            clear=("?unread=1" if unread else "?") if asked["q"] else "",
        ),
        "only_unread": bool(unread),
        "q": asked["q"],
    }
    return render(request, "portal/messages.html", context)


def by_case(rows: Iterable[Notification]) -> list[tuple[Notification, list[Notification]]]:
    """(newest, earlier ones) of each case of the page: messages that lead to one place are about one case."""
    cases: dict[str, list[Notification]] = {}
    for row in rows:
        cases.setdefault(row.url or f"message {row.pk}", []).append(row)
    return [(newest, earlier) for newest, *earlier in cases.values()]


@require_POST
def open_message(request, pk):
    """Mark a message read and go where it points."""
    row = fetch(Notification.objects.all(), request.user, pk=pk)
    if row.read_at is None:
        row.read_at = timezone.now()
        row.save(update_fields=["read_at"])
    return redirect(own_address(row.url, "notifications"))


@require_POST
def read_all(request):
    Notification.objects.for_user(request.user).filter(read_at=None).update(read_at=timezone.now())
    return redirect("notifications")
