"""Granting, renewing and ending titles; who decides stands above, the title's life is kept here."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.search import SearchVector
from django.db import connection, transaction
from django.db.models import Value

from platforms.models import Designation, Platform, Recommender
from portal import audit
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


def end_title(title: Designation, *, on: date, by, note: str) -> Designation:
    """Art. 14: after a failed re-review."""
    return perform(title, "end", by=by, note=note, on=on)


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
