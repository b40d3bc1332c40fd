"""Two-person acts that end, grant or clear: objections, a notice's withdrawal, surrender, 整改, deferral, suspicion."""

from __future__ import annotations

from django.urls import reverse

from applications.models import Application
from applications.states import NATIONAL
from portal.kernel.signoff import office_at, page_at, register_act
from portal.shared import law
from portal.shared.workingdays import date_cn
from review.decision.act_rows import OF_ROUND, items_of, text_rows
from review.decision.cases import cases_of
from review.handlers.services import people_lent
from review.models import Deferral, Notice, Objection, Rectification, SpotCheck, Surrender
from review.notices.services import digest_of, withdraw_notice
from review.objections import services as objections
from review.publicity import correcting
from review.publicity.acts import PAPER
from review.rectifications import services as rectification
from review.revocations.endings import compose_decision_notice, line_of
from review.revocations.services import accept_surrender, surrender_parts


def _conclusion(verb: str):
    def describe(objects, facts) -> dict:
        row = objects[0]
        application = row.item.application
        upheld = verb == "uphold"
        falls = "认定申报终止" if application.procedure != "REREVIEW" else "复核回到合议"
        return {
            "title": f"异议{'成立' if upheld else '不成立'}：{row.item.platform_name}（{row.receipt_number}）",
            "basis": "",
            "rows": [
                ["公示", row.item.notice.title],
                ["转办摘要", row.summary],
                ["推荐单位核查情况", row.recommender_answer or "（未答复）"],
                ["经办人核查记录", row.handler_findings or "—"],
                ["申报单位说明", row.platform_answer or f"期限 {date_cn(row.answer_due_on)}届满，未说明"],
                ["结论和理由", facts.get("conclusion", "")],
            ],
            "items": items_of([application]),
            "cases": cases_of([application], ""),
            "effects": [
                f"{row.item.platform_name}{falls}" if upheld else "可以继续办理",
                "结论和理由答复异议人，告知申报单位和推荐单位",
                "名单中其他平台不受影响",
            ],
        }

    return describe


def _carry_out_conclusion(act, objects, by) -> None:
    objections.carry_out(act, objects[0], by=by)


def describe_withdrawal(objects, facts) -> dict:
    row = objects[0]
    running = Application.objects.filter(notice_items__notice=row, state="PUBLICISED")
    open_ones = Objection.objects.filter(item__notice=row, state__in=("RECEIVED", "VERIFYING")).count()
    return {
        "title": f"撤回公示：{row.title}",
        "basis": "",
        "rows": [
            ["公示", row.title],
            ["公示期", f"{date_cn(row.published_on)} 至 {date_cn(row.ends_on)}"],
            ["公示稿摘要", row.digest],
            ["家数", str(running.count())],
            ["未办结的异议", f"{open_ones} 件"],
        ],
        "cases": [_record(row.title, "publicity", row)],
        "items": items_of(running.select_related("platform__organisation", "recommender").order_by("number")),
        "effects": [
            "公示页注明已撤回和理由，名单和摘要仍可查",
            f"{running.count()} 家平台回到待公示，重新公示时公示期从头计算",
            "申报单位和推荐单位收到通知；已收到的异议继续办理",
        ],
    }


def _withdraw(act, objects, by) -> None:
    withdraw_notice(objects[0], signoff=act, by=by)


def describe_correction(objects, facts) -> dict:
    row = objects[0]
    first = correcting.first_day_of(facts)
    lines = correcting.lines_of(row, first)
    content = correcting.compose_correction(row, facts.get("note", ""), first)
    sign_by = [
        f"内容有更正的各项自 {date_cn(line.since)}起另行公示，请在此前审签；到了这一天还没有审签的，须退回后另定一日"
        for line in lines
        if line.what == correcting.AMENDED
    ]
    return {
        "title": content["title"],
        "basis": law.PUBLICITY if row.procedure in NATIONAL else "",
        "rows": [
            ["更正的公示", row.title],
            *([f"{line.item.position}　{line.item.platform_name}", line.words] for line in lines),
            *text_rows(content["opening"], content["sections"]),
            ["公示稿摘要（与公示页所载一致）", digest_of(content)],
        ],
        "items": [],
        "paper": content,
        "effects": [
            "更正后的公示立即对外可见，原公示注明已更正，名单和摘要仍可查",
            "没有变化的各项公示期继续计算；内容有更正的另行公示满规定的工作日",
            "更正公示至少保留到最后一项期满",
            "名单上的申报单位和推荐单位收到通知，写明本项公示期"
            if row.procedure in NATIONAL
            else "名单上的申报单位收到通知，写明本项公示期",
            "以审签之日为发布之日",
            *sign_by[:1],
        ],
    }


def _correct(act, objects, by) -> None:
    correcting.correct_notice(objects[0], signoff=act, by=by)


def _title_line(title) -> list[list[str]]:
    return [[title.number, title.platform_name, title.organisation_name, title.recommender.name, ""]]


def _record(name: str, page: str, row, key=None) -> dict:
    """The record itself, for who signs: its facts, files and trail stand on its page."""
    return {"name": name, "url": reverse(page, args=[key or row.pk]), "rows": [], "letters": []}


def describe_surrender(objects, facts) -> dict:
    row = objects[0]
    heading, opening = surrender_parts(row)
    return {
        "title": str(row),
        "basis": "",
        "rows": [
            ["放弃理由", row.reason],
            ["提出人", row.asked_by.name],
            ["公告", heading],
            *text_rows(opening, []),
        ],
        "items": _title_line(row.title),
        "cases": [_record(row.title.platform_name, "surrender", row)],
        "paper": compose_decision_notice(
            heading=heading, opening=opening, sections=[], items=[line_of(row.title)], number=""
        ),
        "effects": ["称号终止，证书核验立即显示“已放弃”", "发布公告，平台和推荐单位收到通知"],
    }


def _accept_surrender(act, objects, by) -> None:
    accept_surrender(objects[0], signoff=act, by=by)


def _describe_acceptance(objects, facts) -> dict:
    row = objects[0]
    return {
        "title": f"认可整改：{row.title.platform_name}",
        "basis": "",
        "rows": [
            ["整改要求", row.requirements],
            ["整改报告", row.report or "—"],
            ["推荐单位核查", f"{'合格' if row.check_passed else '不合格'}　{row.check_words}"],
        ],
        "items": _title_line(row.title),
        "cases": [_record(row.title.platform_name, "rectification", row)],
        "effects": ["称号恢复为“有效”", "平台和推荐单位收到通知"],
    }


def _accept(act, objects, by) -> None:
    rectification.accept(objects[0], signoff=act, by=by)


def _describe_deferral(objects, facts) -> dict:
    row = objects[0]
    return {
        "title": str(row),
        "basis": "",
        "rows": [
            ["未提交复核的年度", str(row.cycle.year)],
            ["补办期限", date_cn(row.until)],
            ["理由", row.reason],
        ],
        "items": _title_line(row.title),
        "cases": [_record(row.title.platform_name, "platform_page", row.title, key=row.title.key)],
        "effects": [
            f"平台可以在 {date_cn(row.until)} 24:00 前提交本年度复核，测评、报送和评审按本年度继续",
            "平台和推荐单位收到通知；期满未提交的，按未提交办理",
        ],
    }


def _grant_deferral(act, objects, by) -> None:
    rectification.grant_deferral(objects[0], signoff=act, by=by)


def _describe_clearing(objects, facts) -> dict:
    row = objects[0]
    found = row.findings.select_related("found_by").order_by("found_at")
    return {
        "title": f"排除弄虚作假嫌疑：{row.title.platform_name}",
        "basis": "",
        "rows": [
            *([f"{one.get_weight_display()}（{one.found_by.name}）", one.words] for one in found),
            ["平台说明", row.answer or "期满未说明"],
        ],
        "items": _title_line(row.title),
        "cases": [_record(row.title.platform_name, "spot_check", row)],
        "effects": [
            "抽查办结，不移送撤销程序",
            "检查发现和理由留存，结果随即公布（理由不公开）",
            "平台收到处理结果和理由",
        ],
    }


for _verb in ("uphold", "dismiss"):
    register_act(
        Objection,
        _verb,
        describe=_conclusion(_verb),
        execute=_carry_out_conclusion,
        office=office_at(f"item.application.{OF_ROUND}"),
        lent=lambda row: people_lent(row.item.application),
        page=page_at("objection"),
    )
register_act(Notice, "withdraw", describe=describe_withdrawal, execute=_withdraw, office=office_at(OF_ROUND))
register_act(
    Notice,
    "correct",
    describe=describe_correction,
    execute=_correct,
    office=office_at(OF_ROUND),
    paper=PAPER,
    page=page_at("publicity"),
)
register_act(Surrender, "accept", describe=describe_surrender, execute=_accept_surrender, paper=PAPER)
register_act(Rectification, "accept", describe=_describe_acceptance, execute=_accept)
register_act(Deferral, "grant", describe=_describe_deferral, execute=_grant_deferral)
register_act(SpotCheck, "clear_suspicion", describe=_describe_clearing)
