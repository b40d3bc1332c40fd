"""Papers of a case (事先告知书, 听证通知书, 决定书): composed as plain data, issued once and never changed."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from platforms.models import Designation
from portal.kernel import audit, clock
from portal.shared import law
from portal.shared.digests import canonical_json, sha256_hex
from portal.shared.workingdays import date_cn, date_cn_weekday
from review.revocations.models import CasePaper, Revocation
from review.states import RevocationState

AUTHORITY = "工业和信息化部"
MEASURES = f"《{law.MEASURES}》"
HONOUR = "国家中小企业公共服务示范平台"
UNDATED = "（签发之日）"
# 行政复议法 Arts. 20 and 25, 行政诉讼法 Art. 46.
REMEDIES = (
    "如不服本决定，可以自收到本决定书之日起六十日内向工业和信息化部申请行政复议，"
    "也可以自收到本决定书之日起六个月内依法向人民法院提起行政诉讼。"
)
LATIN = "一二三四五六七八九"


def compose_notice(row: Revocation, due_on: date) -> dict:
    """事先告知书: facts, evidence, the intended decision, and what the unit may do until which day."""
    title = row.title
    return compose_paper(
        row.title,
        "撤销称号事先告知书",
        number=row.number,
        opening=f"经查，你单位运营的{named(title)}涉嫌{row.get_ground_display()}。我部拟作出撤销称号的决定，现将有关事项告知如下。",
        parts=[
            ("认定的事实", row.facts),
            ("证据", evidence_in_words(row)),
            ("依据和拟作出的决定", f"根据{MEASURES}{row.basis}，{'；'.join(intended(row))}。"),
            (
                "你单位的权利",
                f"你单位可以陈述意见、提供证据，或者要求举行听证，期限至 {date_cn_weekday(due_on)} 24:00。"
                "陈述意见、证据材料和听证要求通过本系统“撤销程序”提交；逾期未提出的，视为放弃。",
            ),
        ],
        on=date_cn(clock.today()),
    )


def compose_hearing(row: Revocation) -> dict:
    """听证通知书: when and where, and what the unit brings."""
    return compose_paper(
        row.title,
        "听证通知书",
        number=row.number,
        opening=f"你单位就拟撤销{named(row.title)}称号一事要求举行听证。现将听证事项通知如下。",
        parts=[
            ("时间和地点", f"{row.hearing_words}。"),
            (
                "参加人员",
                "你单位法定代表人或者负责人可以亲自参加，也可以委托一至二人代理；委托代理的，请携带授权委托书和身份证明。",
            ),
            (
                "听证事项",
                "撤销程序立案的事由、认定的事实、证据和拟作出的决定。你单位可以申辩、质证并提交新的证据。",
            ),
            ("无正当理由不参加的后果", "无正当理由拒不出席听证或者未经许可中途退出的，视为放弃听证权利。"),
        ],
        on=date_cn(clock.today()),
    )


def compose_decision(row: Revocation, *, reason: str, number: str, on: str = UNDATED) -> dict:
    """决定书: the facts, what the unit said and what became of it, the decision, the remedies."""
    return compose_paper(
        row.title,
        "撤销称号决定书",
        number=number or row.number,
        opening=f"我部对你单位运营的{named(row.title)}{row.get_ground_display()}一案（案号 {row.number}）进行了审查，现已审查终结。",
        parts=[
            ("查明的事实", row.facts),
            ("证据", evidence_in_words(row)),
            ("告知和陈述意见", heard_in_words(row)),
            (
                "决定和理由",
                f"理由：{reason.rstrip('。')}。\n根据{MEASURES}{row.basis}，决定{'；'.join(intended(row))}。",
            ),
            ("救济途径", REMEDIES),
        ],
        on=on,
    )


def compose_paper(about: Designation, title: str, *, number: str, opening: str, parts, on: str) -> dict:
    return {
        "title": title,
        "document_number": number,
        "addressee": about.organisation_name,
        "opening": opening,
        "sections": [
            {"title": f"{LATIN[place]}、{name}", "text": text} for place, (name, text) in enumerate(parts)
        ],
        "annex": "",
        "signature": AUTHORITY,
        "date": on,
        "items": [],
    }


def named(title) -> str:
    return f"{title.platform_name}（证书编号 {title.number}）"


def intended(row: Revocation) -> list[str]:
    """The effects in the words of a paper."""
    title = row.title
    words = [f"撤销{title.platform_name}“{HONOUR}”称号"]
    if row.is_fraud:
        words.append(f"暂停{title.jurisdiction.name}下一年度{HONOUR}申报工作")
    return words


def evidence_in_words(row: Revocation) -> str:
    entries = row.evidence.select_related("file")
    lines = [
        f"{place}．{entry.words}（{entry.file.name}，摘要：{entry.file.sha256[:16]}）"
        for place, entry in enumerate(entries, start=1)
    ]
    return "\n".join(lines) or "本案的事实由系统记载的办理过程证明。"


def heard_in_words(row: Revocation) -> str:
    """What was said, or that nothing was within the term, or that the term still runs: never more than is so."""
    if row.notified_at is None:
        return "尚未告知。"
    told = f"我部于 {date_cn(clock.day_of(row.notified_at))}送达事先告知书，陈述期限至 {date_cn(row.statement_due)}。"
    if row.stated_at is None:
        return told + (
            "你单位期满未陈述。" if statement_term_is_over(row) else "期限尚未届满，你单位尚未陈述。"
        )
    files = f"，并提交材料 {count} 份" if (count := row.statement_files.count()) else ""
    said = f"{told}你单位于 {date_cn(clock.day_of(row.stated_at))}陈述意见{files}：{row.statement.rstrip('。')}。"
    if row.hearing_record:
        held = (
            f"{date_cn_weekday(row.hearing_on)}{row.hearing_at:%H:%M} 在{row.hearing_place}"
            if row.hearing_on
            else ""
        )
        said += f"\n听证于 {held}举行。听证情况：{row.hearing_record.rstrip('。')}。"
    return said


def statement_term_is_over(row: Revocation) -> bool:
    return row.statement_due is not None and clock.today() > row.statement_due


def stage_in_words(row: Revocation) -> str:
    """已听证, 已陈述, 期满未陈述 or 期限未满: a fact of a decision, so it is asked of the day and not of the state."""
    if row.hearing_record:
        return "已听证"
    if row.stated_at:
        return "已陈述"
    return "期满未陈述" if statement_term_is_over(row) else "陈述期限未满，尚未陈述"


@transaction.atomic
def issue(row: Revocation, kind: str, content: dict, *, by) -> CasePaper:
    """Keep what was served, as it was served."""
    body = canonical_json(content)
    paper = CasePaper.objects.create(
        revocation=row,
        kind=kind,
        body=body,
        digest=sha256_hex(body.encode()),
        issued_by=by,
        issued_at=clock.now(),
    )
    audit.record(
        action="issue_paper",
        obj=row,
        by=by,
        note=content["title"],
        facts={"kind": kind, "sha256": paper.digest},
    )
    return paper


def text_of_paper(paper: dict) -> str:
    """The whole paper as the second person reads it."""
    parts = [f"{one['title']}\n{one['text']}" for one in paper["sections"]]
    return "\n".join([f"{paper['addressee']}：", paper["opening"], *parts, paper["signature"], paper["date"]])


def standing_in_words(row: Revocation) -> str:
    """The state as it is shown; nobody is awaited whose term is over."""
    is_silent = row.state == RevocationState.NOTIFIED and row.stated_at is None
    if is_silent and statement_term_is_over(row):
        return "已告知，期满未陈述"
    return row.get_state_display()
