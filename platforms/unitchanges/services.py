"""Changes of a titled unit: filed with a paper, verified by name, decided by two, carried out at once."""

from __future__ import annotations

from django.urls import reverse

from platforms.models import (
    AnnualSummary,
    Designation,
    Organisation,
    Platform,
    Recommender,
    TitleEvent,
    UnitChange,
)
from platforms.organisations.services import reasons_against_name, write_organisation, write_platform
from platforms.register.events import NoticeRef, record_event
from platforms.register.services import has_new_name, take_new_names
from platforms.states import LIVE_TITLES, OPEN_CHANGES, UNFILED
from platforms.unitchanges.models import LABELS, UNIT
from platforms.unitchanges.receiving import NEEDS_PAPER, answers_itself, keep_consent
from platforms.unitchanges.requirements import current, reasons_against
from portal.files.intake import Judged, place
from portal.files.taking import Papers, takes_files
from portal.kernel import audit, clock, outbox
from portal.kernel.permissions import demand_scope
from portal.kernel.workflow import TransitionBlocked, perform
from portal.shared.uploads import PAPER_BYTES

NAMES = {LABELS[code] for code in ("name", "platform_name", "operator")}
PAPER_TYPES = {"pdf", "ofd", "jpg", "png"}


@takes_files(paper=Papers(PAPER_TYPES, PAPER_BYTES), consent=Papers(PAPER_TYPES, PAPER_BYTES))
def file_change(
    platform: Platform,
    *,
    values: dict[str, str],
    operator: Organisation | None = None,
    moves_to: Recommender | None = None,
    reason: str,
    paper,
    consent=None,
    by,
) -> UnitChange:
    """Raises TransitionBlocked with what stands against it, UploadRefused for a paper that does not pass."""
    demand_scope(by, "file_change", platform)
    row = Platform.objects.select_for_update(of=("self",)).get(pk=platform.pk)
    wanted = _differences(row, values, operator, moves_to)
    reasons = [] if wanted else ["没有与现登记不同的内容，请在要变更的项目中填写新的内容。"]
    reasons += reasons_against(row, set(wanted))
    if UnitChange.objects.filter(platform=row, state__in=OPEN_CHANGES).exists():
        reasons.append("本平台已有一项变更正在办理，请等其办结，或者撤回后重新提出。")
    if "operator" in wanted and not consent and not answers_itself(operator):
        reasons.append(NEEDS_PAPER)
    if set(wanted) & {"operator", "platform_name"}:
        name = wanted.get("platform_name", ("", row.name))[1]
        reasons += reasons_against_name(operator or row.organisation, name, of=row)
    if reasons:
        raise TransitionBlocked(reasons)
    change = UnitChange.objects.create(
        platform=row,
        office=row.jurisdiction,
        wanted=wanted,
        operator=operator if "operator" in wanted else None,
        moves_to=moves_to if "jurisdiction" in wanted else None,
        reason=reason,
        filed_by=by,
        filed_at=clock.now(),
    )
    _keep_paper(change, paper, by)
    if consent and change.operator_id:
        keep_consent(change, consent, by)
    outbox.send_event(audit.record(action="file", obj=change, by=by, note=reason, facts=wanted))
    return change


def _differences(platform, values, operator, moves_to) -> dict[str, list[str]]:
    """Only what is really new, beside what is registered now."""
    after = {code: value.strip() for code, value in values.items() if value and value.strip()}
    if operator:
        after["operator"] = f"{operator.name}（{operator.uscc}）"
    if moves_to:
        after["jurisdiction"] = moves_to.name
    now = {code: current(platform, code) for code in after}
    return {code: [now[code], value] for code, value in after.items() if now[code] != value}


def _keep_paper(change: UnitChange, paper: Judged, by) -> None:
    change.paper = place(paper, owner=change, by=by)
    change.save(update_fields=["paper"])


@takes_files(paper=Papers(PAPER_TYPES, PAPER_BYTES))
def explain_change(change: UnitChange, *, note: str, paper=None, by) -> UnitChange:
    """The unit's words on what did not agree, with a further paper where it has one; the earlier one stays on file."""
    done = perform(change, "explain", by=by, note=note)
    if paper:
        _keep_paper(done, paper, by)
    return done


def carry_out_change(signoff, *, change: UnitChange, by) -> None:
    """Registered facts, titles, certificates and duties in one transaction; the province's word verifies the unit."""
    platform = Platform.objects.select_for_update(of=("self",)).get(pk=change.platform_id)
    unit_before = platform.organisation_id
    facts = {**signoff.facts, "on": clock.today(), "unit_before": unit_before}
    done = perform(change, "approve", by=by, note=signoff.note, signoff=signoff, **facts)
    values = {code: after for code, (_, after) in done.wanted.items()}
    of_unit = {code: value for code, value in values.items() if code in UNIT}
    if of_unit:
        write_organisation(platform.organisation, by=done.filed_by, reason=done.reason, **of_unit)
    names = {"platform_name": "name", "address": "address", "contact": "contact", "phone": "phone"}
    of_place = {names[code]: value for code, value in values.items() if code in names}
    if done.operator_id:
        of_place["organisation"] = done.operator
    if done.moves_to_id:
        of_place["jurisdiction"] = done.moves_to
    if of_place:
        platform = write_platform(platform, by=done.filed_by, **of_place)
    _verify_as_seen(done, done.operator_id or unit_before)
    for title in _titles_touched(done, platform):
        _tell_title(title, done, platform, by)
    if done.moves_to_id:
        _hand_over_duties(done)


def _verify_as_seen(change: UnitChange, unit) -> None:
    row = Organisation.objects.select_for_update().get(pk=unit)
    row.verified_at, row.verified_by = change.verified_at, change.verified_by
    row.save(update_fields=["verified_at", "verified_by"])
    audit.record(action="verify", obj=row, by=change.verified_by, note=f"变更登记：{change}"[:200])


def _titles_touched(change: UnitChange, platform: Platform):
    """A unit's new name stands on the certificates of all its platforms."""
    rows = Designation.objects.select_for_update(of=("self",)).filter(state__in=LIVE_TITLES)
    if set(change.wanted) & set(UNIT):
        return list(rows.filter(platform__organisation=platform.organisation_id))
    return list(rows.filter(platform=platform))


def _tell_title(title: Designation, change: UnitChange, platform: Platform, by) -> None:
    place = Platform.objects.select_related("organisation").get(pk=title.platform_id)
    if change.moves_to_id and place.pk == platform.pk:
        if title.recommender_id == change.office_id:
            title.recommender = change.moves_to
        title.jurisdiction = change.moves_to
    title.uscc = place.organisation.uscc if title.uscc else title.uscc
    title.save(update_fields=["recommender", "jurisdiction", "uscc"])
    notice = NoticeRef(change.announcement, change.document, reverse("unit_change_notice", args=[change.pk]))
    lines = change.public_lines
    if has_new_name(title, place):
        take_new_names(title, reason=change.reason[:200], by=by, notice=notice)
        lines = [line for line in lines if line[0] not in NAMES]  # the renaming says so itself
    told = [f"{label}由“{before}”变更为“{after}”" for label, before, after in lines]
    if told:
        record_event(
            title, TitleEvent.Kind.CHANGED, on=clock.today(), by=by, notice=notice, remark="；".join(told)
        )
        audit.record(action="change", obj=title, by=by, facts={"change": str(change.pk)})


def _hand_over_duties(change: UnitChange) -> None:
    """What is not yet filed is filed with the new department; what the old one has received it finishes."""
    rows = AnnualSummary.objects.filter(
        title__platform=change.platform_id, recommender=change.office_id, state__in=UNFILED
    )
    for row in rows:
        row.recommender = change.moves_to
        row.save(update_fields=["recommender"])
        audit.record(action="hand_over", obj=row, by=change.agreed_by, note=f"迁至{change.moves_to.label}")
