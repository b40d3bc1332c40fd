"""Granting, renewing and ending titles; who decides stands above, the title's life is kept here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.contrib.postgres.search import SearchVector
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q, QuerySet, Value

from platforms.models import Certificate, Designation, Platform, Recommender, Suspension
from platforms.querysets import suspended_in
from platforms.states import LIVE_TITLES
from portal import audit, clock, outbox
from portal.numbers import next_number
from portal.permissions import allowed
from portal.shared.search import bigrams, initials, sort_key
from portal.workflow import TransitionBlocked, perform


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
        announcement_title=announcement_title,
        announcement_number=announcement_number,
        granted_on=granted_on,
        review_year=year + rereview_years,
        smes_served=smes_served,
    )


@transaction.atomic
def write_title(platform: Platform, *, by, action: str = "grant", **facts) -> Designation:
    """A line of the register with its first certificate, findable by name, number, code and initials."""
    title = Designation.objects.create(
        platform=platform,
        initials=initials(facts["platform_name"]),
        sort_key=sort_key(facts["platform_name"]),
        **facts,
    )
    Certificate.objects.create(
        title=title,
        platform_name=title.platform_name,
        organisation_name=title.organisation_name,
        issued_on=title.granted_on,
    )
    index(title)
    audit.record(
        action=action, obj=title, by=by, facts={"number": title.number, "platform": title.platform_name}
    )
    return title


def index(title: Designation) -> None:
    """Renew the search vector: bigrams of the names, former ones too, the number and the code."""
    former = " ".join(
        f"{one.platform_name} {one.organisation_name}"
        for one in title.certificates.exclude(superseded_on=None)
    )
    text = bigrams(f"{title.platform_name} {title.organisation_name} {title.number} {title.uscc} {former}")
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


@transaction.atomic
def reissue_certificate(title: Designation, *, reason: str, by) -> Certificate:
    """After a change of name the next certificate bears the new one; the earlier is superseded, not lost."""
    if not allowed(by, "reissue", title):
        raise PermissionDenied
    row = Designation.objects.select_for_update().get(pk=title.pk)
    platform = Platform.objects.select_related("organisation").get(pk=row.platform_id)
    reasons = list(_reissue_reasons(row, platform))
    if reasons:
        raise TransitionBlocked(reasons)
    today = clock.today()
    last = row.certificates.get(superseded_on=None)
    last.superseded_on = today
    last.save(update_fields=["superseded_on"])
    row.platform_name, row.organisation_name = platform.name, platform.organisation.name
    row.initials, row.sort_key = initials(platform.name), sort_key(platform.name)
    row.save(update_fields=["platform_name", "organisation_name", "initials", "sort_key"])
    new = Certificate.objects.create(
        title=row, issue=last.issue + 1, platform_name=row.platform_name, organisation_name=row.organisation_name,
        issued_on=today, reason=reason,
    )  # fmt: skip
    index(row)
    names = [last.platform_name, new.platform_name, last.organisation_name, new.organisation_name]
    outbox.send_event(
        audit.record(
            action="reissue", obj=row, by=by, note=reason, facts={"issue": new.issue, "names": names}
        )
    )
    return new


def _reissue_reasons(title: Designation, platform: Platform) -> Iterator[str]:
    if title.state not in LIVE_TITLES:
        yield f"称号{title.get_state_display()}，不再换发证书。"
    if not has_new_name(title, platform):
        yield "平台和运营单位的名称与现行证书一致，不需要换发。"
    elif not platform.organisation.is_verified:
        yield "运营单位变更后的信息尚未由推荐单位核验，核验后再换发。"


def has_new_name(title: Designation, platform: Platform) -> bool:
    return (title.platform_name, title.organisation_name) != (platform.name, platform.organisation.name)


def renamed_titles() -> QuerySet[Designation]:
    """Living titles whose unit or platform is called otherwise by now: `has_new_name` as a question to the table."""
    same = Q(platform_name=F("platform__name")) & Q(organisation_name=F("platform__organisation__name"))
    rows = Designation.objects.filter(state__in=LIVE_TITLES).exclude(same)
    return rows.select_related("platform__organisation", "recommender").order_by("number")
