"""Granting, renewing and ending titles; who decides stands above, the title's life is kept here."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.search import SearchVector
from django.db import connection, transaction
from django.db.models import Value

from platforms.models import Designation, Platform, Recommender, Suspension
from platforms.querysets import suspended_in
from portal import audit, outbox
from portal.shared.search import bigrams, initials, sort_key
from portal.workflow import perform


@transaction.atomic
def grant_title(
    platform: Platform,
    *,
    recommender: Recommender,
    year: int,
    edition: str,
    prefix: str,
    rereview_years: int,
    announcement_title: str,
    announcement_number: str,
    granted_on: date,
    smes_served: int | None,
    by,
) -> Designation:
    """Write the title (Art. 10) with a consecutive number of the edition's series."""
    title = Designation.objects.create(
        platform=platform,
        number=_next_number(prefix, year),
        platform_name=platform.name,
        organisation_name=platform.organisation.name,
        uscc=platform.organisation.uscc,
        jurisdiction=platform.jurisdiction,
        recommender=recommender,
        functions=platform.functions,
        kind=platform.kind,
        year=year,
        edition=edition,
        announcement_title=announcement_title,
        announcement_number=announcement_number,
        granted_on=granted_on,
        review_year=year + rereview_years,
        smes_served=smes_served,
        initials=initials(platform.name),
        sort_key=sort_key(platform.name),
    )
    index(title)
    audit.record(action="grant", obj=title, by=by, facts={"number": title.number, "platform": platform.name})
    return title


def index(title: Designation) -> None:
    """Renew the search vector: bigrams of names, the number and the code."""
    text = bigrams(f"{title.platform_name} {title.organisation_name} {title.number} {title.uscc}")
    Designation.objects.filter(pk=title.pk).update(search=SearchVector(Value(text), config="simple"))


def renew_title(title: Designation, *, years: int, by, note: str = "") -> Designation:
    return perform(title, "renew", by=by, note=note, review_year=title.review_year + years)


def close_title(
    title: Designation, verb: str, *, on: date, by, note: str, announcement: str = "", address: str = ""
) -> Designation:
    """End a title: `end` (Art. 14), `revoke` (Art. 15) or `surrender`, with the announcement that says so."""
    return perform(title, verb, by=by, note=note, on=on, announcement=announcement, address=address)


def suspend(recommender: Recommender, *, year: int, reason: str, document: str, on: date, by) -> Suspension:
    """Art. 15: the filing work of one year stops; a suspension that is in force already stands."""
    known = suspended_in(recommender.pk, year)
    if known:
        return known
    row = Suspension.objects.create(
        recommender=recommender, year=year, reason=reason, document=document, decided_on=on
    )
    outbox.send_event(audit.record(action="impose", obj=row, by=by, note=reason, facts={"year": year}))
    return row


def _next_number(prefix: str, year: int) -> str:
    series = f"{prefix}-{year}-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"title:{series}"])
    last = (
        Designation.objects.filter(number__startswith=series)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    return f"{series}{int(last.rpartition('-')[2]) + 1 if last else 1:04d}"
