"""The public life of a title, line by line: the day, what happened, where its notice stands."""

from __future__ import annotations

from platforms.models import Designation, TitleEvent
from platforms.states import DesignationState

Kind = TitleEvent.Kind
OPERATOR = "运营单位由"  # how a change of the unit that runs the platform begins
WORDS = {
    Kind.CONFIRMED: "复核合格，称号延续",
    Kind.GRANTED: "授予称号",
    Kind.REDESIGNATED: "再次认定，称号延续",
}
ENDINGS = {
    Kind.ENDED: DesignationState.ENDED,
    Kind.REVOKED: DesignationState.REVOKED,
    Kind.SURRENDERED: DesignationState.SURRENDERED,
    Kind.EXPIRED: DesignationState.EXPIRED,
}


def history_of(row: Designation) -> list[tuple[str, str, str]]:
    """The title over time, for anyone."""
    lines, name = [], ("", "")
    reissued = set(row.certificates.filter(issue__gt=1).values_list("issued_on", flat=True))
    events = list(row.history.filter(replaced_by=None).order_by("on", "order"))
    handed_on = {one.on for one in events if one.kind == Kind.CHANGED and OPERATOR in one.remark}
    for event in events:
        words = _words(event, name, event.on in reissued, event.on in handed_on)
        lines.append((event.on.isoformat(), words, event.notice_address))
        if event.platform_name:
            name = (event.platform_name, event.organisation_name)
    if row.rectify_until:
        lines.append((row.rectify_until.isoformat(), "整改期限", ""))
    if row.fails_on and not row.ended_on:
        words = "已公告复核不合格；结果申诉期满、原结论不变的，自此日起撤销称号"
        lines.append((row.fails_on.isoformat(), words, ""))
    return sorted(lines, key=lambda line: line[0])


def _words(event: TitleEvent, before: tuple[str, str], reissued: bool, handed_on: bool = False) -> str:
    notice = " ".join(part for part in (event.notice_title, event.notice_number) if part)
    if event.kind == Kind.RENAMED:
        named = f"（{notice}）" if notice else ""
        if handed_on and event.platform_name == before[0]:  # another unit runs it; no name has changed
            return f"运营单位变更{'，换发证书' if reissued else ''}：原运营单位“{before[1]}”{named}"
        what = "更名换发证书" if reissued else "更名"
        return f"{what}：原名“{before[0]}”（{before[1]}）{named}"
    if event.kind in ENDINGS:
        named = f"（{notice}）" if notice not in ("", event.remark) else ""
        label = ENDINGS[event.kind].label
        return f"{label}{named}" if event.remark == label else f"{label}：{event.remark}{named}"
    if event.kind == Kind.CHANGED:
        return f"登记信息变更：{event.remark}{f'（{notice}）' if notice else ''}"
    words = WORDS.get(event.kind, event.get_kind_display())
    named = f"（{notice}）" if notice else ""
    remark = f"，备注：{event.remark}" if event.remark and event.batch_id else ""
    return f"{words}{named}{remark}"
