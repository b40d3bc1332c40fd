"""Titles and their events written from the rows of a notice: granted on paper, confirmed, ended, granted anew."""

from __future__ import annotations

from datetime import date, timedelta

from platforms.departments import Departments
from platforms.models import Designation, ImportBatch, ImportRow, Organisation, Platform, TitleEvent
from platforms.register.events import NoticeRef, change_title, latest_of, record_event
from platforms.register.models import HISTORIC
from platforms.register.services import write_title
from platforms.states import LIVE_TITLES, DesignationState
from portal.kernel import audit, clock
from portal.kernel.numbers import next_number
from portal.kernel.permissions import SYSTEM
from portal.kernel.workflow import TransitionBlocked
from portal.shared.names import compare_key

SERIES = "LS"  # places in the register of titles that have no number of a certificate
REREVIEW_YEARS = 3  # Art. 14, and the measure of 2012
ENDINGS = {"已撤销": "revoke", "已放弃": "surrender", "复核不合格": "end"}
Kind = TitleEvent.Kind


def write_title_row(row: ImportRow, *, departments: Departments, batch: ImportBatch, by) -> None:
    if row.cells.get("event", Kind.GRANTED) == Kind.GRANTED:
        _write_grant(row, departments, batch, by)
    else:
        _write_event(row, batch, by)


def _notice_of(row: ImportRow, batch: ImportBatch) -> NoticeRef:
    cells = row.cells
    return NoticeRef(cells["announcement"], cells["document"], batch.notice_address)


def _write_grant(row: ImportRow, departments: Departments, batch: ImportBatch, by) -> None:
    cells = row.cells
    place = departments.find(cells["jurisdiction"])
    platform = row.platform or _write_platform(row, place, by)
    on, until = date.fromisoformat(cells["granted_on"]), _day(cells.get("valid_until", ""))
    title = title_to_prolong(platform, on, is_over=_last_day(cells, until) is not None)
    if title:
        redesignate(title, on=on, until=until, notice=_notice_of(row, batch), cells=cells, batch=batch, by=by)
    else:
        title = _write_new(row, platform, place, departments, on, until, batch, by)
        row.made_title = True
    _write_ending(title, row, batch, by)
    if title.valid_until and title.valid_until < clock.today():
        _expire(title, batch, by)
    row.title, row.platform = title, platform


def title_to_prolong(platform: Platform, on: date, *, is_over: bool) -> Designation | None:
    """The title that was alive on the day, or whose term ended after it: a grant of that day continues it."""
    for title in platform.designations.order_by("-granted_on"):
        event = latest_of(title, on) if title.granted_on <= on else None
        if event and event.state in LIVE_TITLES and title.state in (*LIVE_TITLES, DesignationState.EXPIRED):
            return title
    if not is_over and platform.designations.filter(state__in=LIVE_TITLES).exists():
        raise TransitionBlocked([f"{platform.name}已有较晚授予的有效称号，此行应填终止状态，或者不导入。"])
    return None


def redesignate(
    title: Designation,
    *,
    on: date,
    until: date | None,
    notice: NoticeRef,
    cells: dict,
    batch: ImportBatch,
    by,
) -> Designation:
    """Granted again while it was alive: the same title goes on, with the new notice's term."""
    year = None if until else int(cells["review_year"] or int(cells["year"]) + REREVIEW_YEARS)
    verb = "prolong" if title.state == DesignationState.EXPIRED else "renew"
    over = title.history.filter(kind=Kind.EXPIRED, replaced_by=None, on__gt=on)
    if title.state == DesignationState.ACTIVE:  # what an undoing goes back to
        cells["was"] = _standing(title)
    done = change_title(
        title,
        verb,
        by=SYSTEM,
        kind=Kind.REDESIGNATED,
        on=on,
        notice=notice,
        remark=cells.get("remark", ""),
        batch=batch,
        note=notice.title,
        review_year=year,
        valid_until=until,
    )
    event = done.history.filter(kind=Kind.REDESIGNATED).latest("recorded_at")
    for expired in over:
        expired.replaced_by = event
        expired.save(update_fields=["replaced_by"])
        audit.record(action="replace", obj=expired, by=by, facts={"by": event})
    _keep_names(done, cells, on, by, batch)
    title.refresh_from_db()
    return done


def _keep_names(title: Designation, cells: dict, on: date, by, batch: ImportBatch) -> None:
    names = (cells["platform"], cells["organisation"])
    if names != (title.platform_name, title.organisation_name) and all(names):
        record_event(
            title, Kind.RENAMED, on=on, by=by, platform_name=names[0], organisation_name=names[1], batch=batch
        )


def _write_new(row, platform: Platform, place, departments: Departments, on, until, batch, by) -> Designation:
    cells, year = row.cells, int(row.cells["year"])
    return write_title(
        platform,
        by=by,
        action="import_title",
        batch=batch,
        remark=cells.get("remark", ""),
        address=batch.notice_address,
        number=cells["number"],
        key=cells["number"] or next_number(Designation, f"{SERIES}-{year}-", field="key"),
        on_paper=True,
        platform_name=cells["platform"],
        organisation_name=cells["organisation"],
        uscc=cells["uscc"] or platform.organisation.uscc,
        jurisdiction=place,
        recommender=departments.find(cells["recommender"] or cells["jurisdiction"]),
        functions=_functions(cells),
        kind=_kind(cells),
        year=year,
        edition=HISTORIC,
        announcement_title=cells["announcement"],
        announcement_number=cells["document"],
        granted_on=on,
        review_year=None if until else int(cells["review_year"] or year + REREVIEW_YEARS),
        valid_until=until,
        ended_on=_last_day(cells, until),
    )


def _last_day(cells: dict, until: date | None) -> date | None:
    """When it was over already, as the row says: known at once, so that a later title may stand beside it."""
    if cells["ended_on"]:
        return _day(cells["ended_on"])
    return until + timedelta(days=1) if until and until < clock.today() else None


def _write_ending(title: Designation, row: ImportRow, batch: ImportBatch, by) -> None:
    cells = row.cells
    if verb := ENDINGS.get(cells["status"]):
        reason = cells["end_reason"]
        change_title(
            title,
            verb,
            by=SYSTEM,
            on=date.fromisoformat(cells["ended_on"]),
            note=reason,
            remark=reason,
            notice=NoticeRef(reason, "", batch.notice_address),
            batch=batch,
            announcement=reason,
        )
    elif cells["status"] == DesignationState.EXPIRED.label:
        title.valid_until = date.fromisoformat(cells["ended_on"]) - timedelta(days=1)
        title.save(update_fields=["valid_until"])


def _expire(title: Designation, batch: ImportBatch, by) -> None:
    change_title(
        title,
        "expire",
        by=SYSTEM,
        on=title.valid_until + timedelta(days=1),
        batch=batch,
        remark="有效期满",
        note=f"有效期至 {title.valid_until:%Y-%m-%d}，期满失效",
        notice=NoticeRef(title.announcement_title, title.announcement_number),
    )


STATELESS = (Kind.RENAMED, Kind.CORRECTED, Kind.RECTIFIED, Kind.PLAQUE)  # the title holds as before


def _write_event(row: ImportRow, batch: ImportBatch, by) -> None:
    """Confirmed, rectified, ended, revoked, renamed, corrected, without its plaque, by a notice of that day."""
    cells, on = row.cells, date.fromisoformat(row.cells["granted_on"])
    title = title_alive_on(row.platform, on)
    if title is None:
        raise TransitionBlocked(
            [f"{row.platform.name}在 {on:%Y-%m-%d} 没有有效称号，请先录入授予称号的公告。"]
        )
    notice, remark, kind = _notice_of(row, batch), cells.get("remark", ""), cells["event"]
    row.title = title
    if kind in STATELESS:
        names = _new_names(title, cells)
        record_event(
            title,
            kind,
            on=on,
            by=by,
            notice=notice,
            remark=remark,
            batch=batch,
            **(names if kind in (Kind.RENAMED, Kind.CORRECTED) else {}),
        )
        return
    verb, facts = {
        Kind.CONFIRMED: ("renew", {"review_year": int(cells["review_year"] or on.year + REREVIEW_YEARS)}),
        Kind.REVOKED: ("revoke", {"announcement": notice.title}),
        Kind.ENDED: ("end", {"announcement": notice.title}),
        Kind.SURRENDERED: ("surrender", {"announcement": notice.title}),
        Kind.EXPIRED: ("expire", {}),
    }[kind]
    if cells.get("before"):  # 名称变更 beside what the notice decides
        names = _new_names(title, cells)
        record_event(title, Kind.RENAMED, on=on, by=by, notice=notice, batch=batch, **names)
    was = _standing(title)
    later = latest_of(title)
    if later and later.on > on:
        state = DesignationState.ACTIVE if verb == "renew" else ""
        record_event(title, kind, on=on, by=by, notice=notice, state=state, remark=remark, batch=batch)
        return
    cells["was"] = was  # what an undoing goes back to
    change_title(
        title,
        verb,
        by=SYSTEM,
        on=on,
        notice=notice,
        batch=batch,
        remark=remark,
        note=remark or notice.title,
        **facts,
    )


def _standing(title: Designation) -> dict:
    until = title.valid_until and title.valid_until.isoformat()
    return {"review_year": title.review_year, "valid_until": until, "state": title.state}


def _new_names(title: Designation, cells: dict) -> dict[str, str]:
    """A list of platforms alone says nothing of the unit, unless the former name was that of both."""
    name, unit = cells["platform"], cells["organisation"]
    if not unit or unit == name:
        same = compare_key(title.organisation_name) == compare_key(cells.get("before") or title.platform_name)
        unit = name if same else title.organisation_name
    return {"platform_name": name, "organisation_name": unit}


def title_alive_on(platform: Platform, on: date) -> Designation | None:
    for title in platform.designations.order_by("-granted_on"):
        event = latest_of(title, on)
        if event and event.state in LIVE_TITLES:
            return title
    return None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _functions(cells: dict) -> list[str]:
    return [code for code in cells["functions"].split("、") if code]


def _kind(cells: dict) -> str:
    comprehensive = cells["kind"] == Platform.Kind.COMPREHENSIVE.label
    return Platform.Kind.COMPREHENSIVE if comprehensive else Platform.Kind.SPECIALISED


def _write_platform(row: ImportRow, place, by) -> Platform:
    """Only what the list says; the unit completes it when it claims its code, before it files anything."""
    cells = row.cells
    organisation = _unit_of(row)
    platform, row.made_platform = Platform.objects.get_or_create(
        organisation=organisation,
        name=cells["platform"],
        defaults={"jurisdiction": place, "kind": _kind(cells), "functions": _functions(cells)},
    )
    if row.made_organisation:
        audit.record(action="import_organisation", obj=organisation, by=by, facts=cells)
    if row.made_platform:
        audit.record(action="import_platform", obj=platform, by=by, facts=cells)
    return platform


def _unit_of(row: ImportRow) -> Organisation:
    """By code; without one by its name among the units that have none either."""
    cells = row.cells
    known = {"uscc": cells["uscc"]} if cells["uscc"] else {"uscc": "", "name": cells["organisation"]}
    organisation, row.made_organisation = Organisation.objects.get_or_create(
        **known, defaults={"name": cells["organisation"], "kind": Organisation.Kind.OTHER}
    )
    return organisation
