"""A province's own programme and register (Art. 18): set up, titles granted or listed, taken back by two persons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from platforms.models import Platform, Programme, ProvincialCertificate, ProvincialTitle, Recommender
from portal.kernel import audit, clock, outbox
from portal.kernel.numbers import next_number
from portal.kernel.permissions import allowed, demand_scope, forbid
from portal.kernel.workflow import TransitionBlocked, perform
from portal.shared.names import compare_key
from portal.shared.together import Written, ask, written

Source = ProvincialTitle.Source
NATIONAL_PREFIX = "GJPT"


@transaction.atomic
def open_programme(recommender: Recommender, *, honour: str, number_prefix: str, by) -> Programme:
    """Set the province's programme up, once. Raises TransitionBlocked with what does not fit."""
    if recommender.is_direct or not allowed(by, "run_programme", recommender):
        forbid("省级认定由省级主管部门负责人设立。")
    if Programme.objects.filter(recommender=recommender).exists():
        raise TransitionBlocked(["本省已设立省级认定，可以修改称号名称。"])
    _check(honour, number_prefix)
    row = Programme.objects.create(
        recommender=recommender,
        honour=honour,
        number_prefix=number_prefix,
        opened_at=clock.now(),
        opened_by=by,
    )
    audit.record(action="open", obj=row, by=by, facts={"honour": honour, "prefix": number_prefix})
    return row


@transaction.atomic
def change_programme(programme: Programme, *, honour: str, number_prefix: str, by) -> Programme:
    """For rounds to come: what a published round was frozen with does not move."""
    demand_scope(by, "edit", programme, "省级认定由本省负责人修改。")
    row = Programme.objects.select_for_update().get(pk=programme.pk)
    _check(honour, number_prefix, than=row)
    row.honour, row.number_prefix = honour, number_prefix
    row.save(update_fields=["honour", "number_prefix"])
    audit.record(action="edit", obj=row, by=by, facts={"honour": honour, "prefix": number_prefix})
    return row


def _check(honour: str, prefix: str, than: Programme | None = None) -> None:
    reasons = []
    if "国家" in honour:
        reasons.append("省级称号的名称不能含有“国家”二字。")
    others = Programme.objects.exclude(pk=than.pk) if than else Programme.objects.all()
    if prefix == NATIONAL_PREFIX or others.filter(number_prefix=prefix).exists():
        reasons.append(f"编号前缀 {prefix} 已被使用，请换一个。")
    if reasons:
        raise TransitionBlocked(reasons)


@transaction.atomic
def grant_provincial_title(
    programme: Programme,
    platform: Platform,
    *,
    year: int,
    prefix: str,
    years: int | None,
    honour: str,
    rules: str,
    document_title: str,
    document_number: str,
    granted_on: date,
    by,
) -> ProvincialTitle:
    """The end of a round: a line with the next number of the province's own series, and its certificate."""
    title = _write(
        programme,
        by=by,
        action="grant",
        source=Source.ROUND,
        platform=platform,
        number=next_number(ProvincialTitle, f"{prefix}-{year}-"),
        platform_name=platform.name,
        organisation_name=platform.organisation.name,
        uscc=platform.organisation.uscc,
        year=year,
        document_title=document_title,
        document_number=document_number,
        granted_on=granted_on,
        valid_until=years_later(granted_on, years) if years else None,
        term_years=years,
    )
    ProvincialCertificate.objects.create(
        title=title,
        platform_name=title.platform_name,
        organisation_name=title.organisation_name,
        issued_on=granted_on,
        honour=honour,
        authority=programme.recommender.name,
        rules=rules,
        valid_until=title.valid_until,
    )
    return title


@transaction.atomic
def list_title(programme: Programme, *, by, source: str = Source.TYPED, **fields) -> ProvincialTitle:
    """A line of an older list. Raises TransitionBlocked when it stands there already or cannot be."""
    demand_scope(by, "list_titles", programme, "本省名录由本省经办人登记。")
    reasons = []
    granted_on, valid_until = fields.get("granted_on"), fields.get("valid_until")
    if fields["year"] > clock.today().year or (granted_on and granted_on > clock.today()):
        reasons.append("认定年度和日期不能晚于今天。")
    if granted_on and valid_until and valid_until < granted_on:
        reasons.append("有效期不能早于认定日期。")
    same = programme.titles.filter(
        uscc=fields["uscc"], platform_name=fields["platform_name"], year=fields["year"]
    )
    if same.exists():
        reasons.append(f"{fields['platform_name']} {fields['year']} 年度已在本省名录中，不需要重复登记。")
    if fields.get("number") and programme.titles.filter(number=fields["number"]).exists():
        reasons.append(f"编号 {fields['number']} 已在本省名录中，请核对。")
    if reasons:
        raise TransitionBlocked(reasons)
    fields.setdefault("platform", platform_named(programme, fields["uscc"], fields["platform_name"]))
    return _write(programme, by=by, action="list", source=source, **fields)


def _write(programme: Programme, *, by, action: str, **fields) -> ProvincialTitle:
    row = ProvincialTitle.objects.create(programme=programme, recorded_at=clock.now(), **fields)
    facts = {name: str(value) for name, value in fields.items() if value not in (None, "")}
    audit.record(action=action, obj=row, by=by, facts=facts)
    register_changed(row, action)
    return row


def register_changed(title: ProvincialTitle, action: str) -> None:
    """Whoever relies on the register as proof looks again (see applications.effects). `action` names it for once."""
    province = title.programme.recommender_id
    if Platform.objects.filter(jurisdiction=province, organisation__uscc=title.uscc).exists():
        outbox.send(
            "provincial_register",
            key=f"provincial_register:{title.pk}:{action}",
            unit=title.uscc,
            province=str(province),
        )


@transaction.atomic
def revoke_titles(signoff, *, titles: Sequence[ProvincialTitle], by) -> None:
    """What the second person's signature carries out."""
    for title in titles:
        row = perform(title, "revoke", by=by, note=signoff.note, signoff=signoff)
        register_changed(row, "revoke")


def platform_named(programme: Programme, uscc: str, name: str) -> Platform | None:
    """The platform that a line of a list speaks of, when unit and name agree on the province's territory."""
    rows = Platform.objects.filter(jurisdiction=programme.recommender_id, organisation__uscc=uscc)
    return next((row for row in rows if compare_key(row.name) == compare_key(name)), None)


def standing_title(platform: Platform) -> ProvincialTitle | None:
    """What proves 省级认定 of a platform: its own line in its jurisdiction's register, or its unit's under its name."""
    [found] = ask(asking_standing(platform))
    return proving(platform, found)


def asking_standing(platform: Platform) -> Written:
    """For the lines that stand in its jurisdiction's register for its unit."""
    return written(_standing_of, platform.jurisdiction_id, platform.organisation.uscc, clock.today())


def proving(platform: Platform, found: Sequence[ProvincialTitle]) -> ProvincialTitle | None:
    """A line that a person left without a platform speaks of another one of the unit unless the names agree."""
    own = [row for row in found if row.platform_id == platform.pk]
    named = [
        row
        for row in found
        if row.platform_id is None and compare_key(row.platform_name) == compare_key(platform.name)
    ]
    return next(iter([*own, *named]), None)


def _standing_of(recommender: UUID, uscc: str, on: date) -> QuerySet[ProvincialTitle]:
    rows = ProvincialTitle.objects.standing(on).filter(programme__recommender=recommender, uscc=uscc)
    return rows.select_related("programme__recommender").order_by("-year", "-recorded_at")


def years_later(day: date, years: int) -> date:
    """The last day of the term: the day before the anniversary."""
    shifted = date(day.year + years, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)
    return date.fromordinal(shifted.toordinal() - 1)
