"""The one thing that a unit does next with its draft."""

from __future__ import annotations

from django.urls import reverse

from applications.models import Application

TURN = {"problem": ("bad", "更正"), "doing": ("info", "继续"), "todo": ("info", "")}


def _turn(rows):
    """The order of what is left; a report that was begun (a self-check fills some of it) waits for the rosters too."""
    lacks_roster = any(
        row["spec"].kind == "roster" and row["is_open"] and row["material"].status in TURN for row in rows
    )

    def place(row) -> tuple[int, bool]:
        is_report = row["spec"].kind == "report"
        waits = is_report and lacks_roster and row["material"].status == "doing"
        return list(TURN).index("todo" if waits else row["material"].status), is_report

    return place


def next_card(application: Application, rows, reasons, correction, signs, findings) -> dict | None:
    """The one thing to do: mend what is wrong, finish what is begun, begin the next, agree with oneself, submit.

    The report comes after what its figures are counted from, so that nobody types what a roster computes.
    """
    if not application.is_editable:
        return None
    waiting = sorted(
        (row for row in rows if row["is_open"] and row["material"].status in TURN), key=_turn(rows)
    )
    if waiting:
        row, (tone, prefix) = waiting[0], TURN[waiting[0]["material"].status]
        return {
            "tone": tone,
            "title": f"下一步：{prefix}{row['spec'].task if not prefix else row['spec'].short_title}",
            "hint": row["material"].hint,
            "url": row["url"],
            "action": "去更正" if tone == "bad" else "去办理",
        }
    if findings.conflicts:
        return {
            "tone": "bad",
            "title": f"下一步：核对 {len(findings.conflicts)} 处互相矛盾的内容",
            "hint": findings.conflicts[0].sentence,
            "url": "#crosschecks",
            "action": "去核对",
        }
    url = reverse("dossier_check", args=[application.pk])
    what = "提交补正" if correction else "核对并提交"
    noticed = f"材料互相核对有 {len(findings.notices)} 项需要注意。" if findings.notices else ""
    hint = f"各项材料已完成。{noticed}" + ("" if signs else "须由本单位负责人提交。")
    if reasons:
        hint = reasons[0]
    return {
        "tone": "ok" if not reasons else "warn",
        "title": f"下一步：{what}",
        "hint": hint,
        "url": url,
        "action": what,
    }
