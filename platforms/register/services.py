"""Granting, renewing and ending titles; who decides stands above, the title's life is kept here.

Carries out Art. 10.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import Value

from platforms.models import (
    Certificate,
    Designation,
    ImportBatch,
    Platform,
    Recommender,
    Suspension,
    TitleEvent,
)
from platforms.querysets import suspended_in
from platforms.register.events import NO_NOTICE, NoticeRef, change_title, record_event
from platforms.states import LIVE_TITLES
from portal.kernel import audit, clock, outbox
from portal.kernel.numbers import next_number
from portal.shared.search import bigrams, initials, sort_key


@transaction.atomic
def grant_title(
    platform: Platform,
    *,
    recommender: Recommender,
    year: int,
    edition: str,
    edition_digest: str = "",
    prefix: str,
    rereview_years: int,
    ends_by: str = "rereview",
    announcement_title: str,
    announcement_number: str,
    granted_on: date,
    smes_served: int | None,
    by,
) -> Designation:
    """Write the title (Art. 10) with a consecutive number of the edition's series.

    By the edition it is reviewed after so many years, or ends after them and is applied for anew.
    """
    by_term = ends_by == "term"
    return write_title(
        platform,
        by=by,
        number=next_number(Designation, f"{prefix}-{year}-"),
        platform_name=platform.name,
        organisation_name=platform.organisation.name,
        uscc=platform.organisation.uscc,
        jurisdiction=platform.jurisdiction,
        recommender=recommender,
        functions=platform.functions,
        kind=platform.kind,
        year=year,
        edition=edition,
        edition_digest=edition_digest,
        announcement_title=announcement_title,
        announcement_number=announcement_number,
        granted_on=granted_on,
        review_year=None if by_term else year + rereview_years,
        valid_until=last_day_of_term(granted_on, rereview_years) if by_term else None,
        smes_served=smes_served,
    )


def last_day_of_term(first: date, years: int) -> date:
    """三年 from 18 December 2017 ends with 17 December 2020."""
    day = first - timedelta(days=1)
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


@transaction.atomic
def write_title(
    platform: Platform,
    *,
    by,
    action: str = "grant",
    batch: ImportBatch | None = None,
    remark: str = "",
    address: str = "",
    **facts,
) -> Designation:
    """A line of the register, findable by name, number, code and initials; with a certificate unless granted on paper."""
    title = Designation.objects.create(
        platform=platform,
        initials=initials(facts["platform_name"]),
        sort_key=sort_key(facts["platform_name"]),
        **facts,
    )
    if not title.on_paper:
        _issue_first_certificate(title, title.granted_on)
    record_event(
        title,
        TitleEvent.Kind.GRANTED,
        on=title.granted_on,
        by=by,
        state=title.state,
        notice=NoticeRef(title.announcement_title, title.announcement_number, address),
        remark=remark,
        platform_name=title.platform_name,
        organisation_name=title.organisation_name,
        batch=batch,
    )
    index(title)
    audit.record(
        action=action, obj=title, by=by, facts={"number": title.number, "platform": title.platform_name}
    )
    return title


def _issue_first_certificate(title: Designation, day: date) -> None:
    Certificate.objects.create(
        title=title,
        platform_name=title.platform_name,
        organisation_name=title.organisation_name,
        issued_on=day,
    )


def index(title: Designation) -> None:
    """Renew the search vector: bigrams of the names, former ones too, the number and the code."""
    former = " ".join(
        f"{one.platform_name} {one.organisation_name}"
        for one in title.certificates.exclude(superseded_on=None)
    )
    text = bigrams(f"{title.platform_name} {title.organisation_name} {title.number} {title.uscc} {former}")
    Designation.objects.filter(pk=title.pk).update(search=SearchVector(Value(text), config="simple"))


@transaction.atomic
def renew_title(
    title: Designation,
    *,
    years: int,
    by,
    note: str = "",
    prefix: str = "",
    notice: NoticeRef = NO_NOTICE,
    remark: str = "",
) -> Designation:
    """Confirmed by re-review. What was granted on paper gets its number and first certificate now."""
    year = (title.review_year or clock.today().year) + years
    done = change_title(title, "renew", by=by, note=note, notice=notice, remark=remark, review_year=year)
    if done.on_paper and prefix:
        done.number = done.number or next_number(Designation, f"{prefix}-{clock.today().year}-")
        done.on_paper = False
        done.save(update_fields=["number", "on_paper"])
        _issue_first_certificate(done, clock.today())
        index(done)
        audit.record(action="number", obj=done, by=by, facts={"number": done.number})
    return done


def close_title(
    title: Designation, verb: str, *, on: date, by, note: str, announcement: str = "", address: str = ""
) -> Designation:
    """End a title: `end` (Art. 14), `revoke` (Art. 15) or `surrender`, with the announcement that says so."""
    return change_title(
        title,
        verb,
        by=by,
        note=note,
        on=on,
        notice=NoticeRef(announcement, "", address),
        remark=note,
        announcement=announcement,
        address=address,
    )


def expire_titles(day: date, *, by) -> int:
    """Whose term was over before this day: it has expired, by the rules it was granted under."""
    rows = Designation.objects.filter(state__in=LIVE_TITLES, valid_until__lt=day)
    for title in rows:
        on = title.valid_until + timedelta(days=1)
        change_title(
            title,
            "expire",
            by=by,
            on=on,
            note=f"有效期至 {title.valid_until:%Y-%m-%d}，期满失效",
            notice=NoticeRef(title.announcement_title, title.announcement_number),
            remark="有效期满，可自愿重新申报",
        )
    return len(rows)


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


def take_new_names(title: Designation, *, reason: str, by, notice: NoticeRef = NO_NOTICE) -> None:
    """After a change of name the next certificate bears the new one; the earlier is superseded, not lost.

    A title that was granted on paper takes the name without a certificate. Who decided stands in the case.
    """
    row = Designation.objects.select_for_update().get(pk=title.pk)
    platform = Platform.objects.select_related("organisation").get(pk=row.platform_id)
    before = [row.platform_name, row.organisation_name]
    row.platform_name, row.organisation_name = platform.name, platform.organisation.name
    row.initials, row.sort_key = initials(platform.name), sort_key(platform.name)
    row.save(update_fields=["platform_name", "organisation_name", "initials", "sort_key"])
    record_event(
        row,
        TitleEvent.Kind.RENAMED,
        on=clock.today(),
        by=by,
        notice=notice,
        remark=reason,
        platform_name=row.platform_name,
        organisation_name=row.organisation_name,
    )
    new = _issue_next_certificate(row, reason)
    index(row)
    facts: dict[str, Any] = {"names": [*before, row.platform_name, row.organisation_name]}
    if new:
        facts["issue"] = new.issue
        outbox.send_event(audit.record(action="reissue", obj=row, by=by, note=reason, facts=facts))
    else:
        audit.record(action="rename", obj=row, by=by, note=reason, facts=facts)


def _issue_next_certificate(title: Designation, reason: str) -> Certificate | None:
    last = title.certificates.filter(superseded_on=None).first()
    if last is None:
        return None
    last.superseded_on = clock.today()
    last.save(update_fields=["superseded_on"])
    return Certificate.objects.create(
        title=title,
        issue=last.issue + 1,
        platform_name=title.platform_name,
        organisation_name=title.organisation_name,
        issued_on=clock.today(),
        reason=reason,
    )


def has_new_name(title: Designation, platform: Platform) -> bool:
    return (title.platform_name, title.organisation_name) != (platform.name, platform.organisation.name)
