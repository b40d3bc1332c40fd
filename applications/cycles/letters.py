"""The letters that an applicant receives at each step: wording of ours, which a cycle may replace on a page.

A text names its facts in braces, as in {平台}; only these names are known, so that a slip is found when the
text is saved and not when it is sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from applications.models import Application
from applications.states import Procedure
from portal.kernel.workflow import Verb, verbs_of

PLACE = re.compile(r"\{([^{}]*)\}")
FACTS = {
    "平台": "平台名称",
    "单位": "运营单位名称",
    "受理编号": "受理编号，未提交时为年度",
    "年度": "如“2026 年度”",
    "推荐单位": "推荐单位全称",
    "推荐单位电话": "推荐单位联系电话",
    "事项": "时间或者回执，需要补正的材料和期限，结论的理由",
}
EXAMPLE = {
    "平台": "杭州云帆中小企业服务中心",
    "单位": "杭州云帆科技服务有限公司",
    "受理编号": "2026-浙-0007",
    "年度": "2026 年度",
    "推荐单位": "浙江省经济和信息化厅",
    "推荐单位电话": "0571-00000000",
    "事项": "需要补正：专项审计报告。期限：2026 年 3 月 27 日（周五）24:00。",
}
BODY = "{平台}（{受理编号}）\n{事项}"


@dataclass(frozen=True)
class Letter:
    """The words for one verb, or for the verb on one procedure."""

    verb: str
    title: str
    body: str = BODY
    procedure: str = ""

    @property
    def code(self) -> str:
        return f"{self.verb}-{self.procedure.lower()}" if self.procedure else self.verb

    @property
    def act(self) -> Verb:
        return verbs_of(Application)[self.verb].worded(self.procedure)


LETTERS = {
    letter.code: letter
    for letter in (
        Letter("submit", "申报已提交"),
        Letter("resubmit", "补正已提交"),
        Letter("supplement", "补正已提交"),
        Letter("withdraw", "申报已撤回"),
        Letter("leave_round", "已退出本轮评审"),
        Letter("begin_evaluation", "申报已受理，进入测评"),
        Letter("return_for_correction", "申报材料需要补正"),
        Letter("conclude_evaluation", "测评已结束，进入合议"),
        Letter("recommend", "已获推荐，待报送工业和信息化部"),
        Letter("recommend", "测评意见已签发，待报送工业和信息化部", procedure=Procedure.REREVIEW),
        Letter("decline", "未获推荐"),
        Letter("report", "已报送工业和信息化部"),
        Letter("accept", "形式审查通过，进入专家评审"),
        Letter("request_supplement", "工业和信息化部要求补正"),
        Letter("refuse", "申报不予受理"),
        Letter("reject", "评审未通过"),
        Letter("publicise", "已列入公示"),
        Letter("withdraw_notice", "公示已撤回，将重新公示"),
        Letter("designate", "已授予称号"),
        Letter("confirm", "三年复核合格"),
        Letter("fail", "三年复核不合格"),
        Letter("uphold_objection", "公示期间异议成立"),
        Letter("lapse", "本年度未报送，申报终止"),
        Letter("discontinue", "已获认定，另一年度的申报终止"),
        Letter("discontinue", "称号已终止，复核终止", procedure=Procedure.REREVIEW),
        Letter("lapse", "本年度复核材料未报送，下一年度继续办理", procedure=Procedure.REREVIEW),
        Letter("lapse", "本年度未办结，申报终止", procedure=Procedure.PROVINCIAL),
        Letter("reject", "未通过省级认定", procedure=Procedure.PROVINCIAL),
    )
}


def letter_for(stored: Mapping[str, Mapping], verb: str, procedure: str) -> Letter:
    """What goes out for a verb: the letter of the procedure where it has one, else the verb's."""
    own = Letter(verb, "", procedure=procedure).code
    return letter_of(stored, own if own in LETTERS else verb)


def letter_of(stored: Mapping[str, Mapping], code: str) -> Letter:
    """The cycle's own wording, or ours."""
    own = stored.get(code)
    return replace(LETTERS[code], title=own["title"], body=own["body"]) if own else LETTERS[code]


def problems_of(letter: Letter) -> list[str]:
    found = []
    for text in (letter.title, letter.body):
        found += [
            f"没有“{{{name}}}”这个项目，请从列表中选用。" for name in PLACE.findall(text) if name not in FACTS
        ]
    if letter.verb in NEEDS_MATTER and "{事项}" not in letter.body:
        found.append("此信须写明事项，正文请保留“{事项}”。")
    return found


# What must be told cannot be edited away: the materials and the deadline, or the reason.
NEEDS_MATTER = (
    "return_for_correction",
    "request_supplement",
    "decline",
    "refuse",
    "reject",
    "fail",
    "uphold_objection",
)


def fill(text: str, facts: Mapping[str, str]) -> str:
    return PLACE.sub(lambda found: facts.get(found[1], found[0]), text).strip()
