"""Reports of misconduct in 纪检's navigation, the words of their events, and where a receipt is asked for."""

from __future__ import annotations

import re

from portal.desk.navigation import register
from portal.kernel.action_labels import register_words
from review.menu import register_receipt
from review.models import MisconductReport


def to_answer(user):
    return MisconductReport.objects.for_user(user, "answer").ready_for("answer")


register(
    "举报和疑问",
    "misconduct_list",
    icon="flag",
    group="处置",
    asks=(MisconductReport, "view"),
    order=22,
    count=to_answer,
    hot=True,
    covers=["misconduct_report*", "reading_doubt*"],  # both are 纪检's own
)
register_words(
    {
        "misconductreport.receive": "收到纪律举报",
        "misconductreport.reveal_reporter": "查看举报人姓名和联系方式",
    }
)
register_receipt(re.compile(r"JB\d{4}-\d+"), "misconduct_query", "举报回执", "凭回执编号和查询码查询答复")
