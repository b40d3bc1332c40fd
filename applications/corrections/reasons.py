"""Prepared reasons: codes that can be counted, sentences that can be sent. Free words come beside them."""

from __future__ import annotations

from applications.states import Procedure
from portal.kernel.clock import day_of
from portal.shared import law
from portal.shared.workingdays import date_cn

CORRECTION = (
    ("missing", "缺少此项材料"),
    ("illegible", "扫描件不清晰，无法辨认"),
    ("expired", "证照或者证书已过有效期"),
    ("name_mismatch", "名称或者代码与登记信息不一致"),
    ("figures_mismatch", "数据与名册、审计报告不一致"),
    ("no_signature", "缺少签字或者盖章"),
    ("wrong_year", "年度不符，应为上一年度"),
    ("insufficient", "内容过于简略，请补充"),
    ("not_passed", "文件没有通过核对"),
    ("other", "其他"),
)
# The sentence that is sent when the officer writes no other; "" stands for every material.
PHRASES = {
    ("not_passed", ""): "文件没有通过核对，请按提示更换后重新上传。",
    ("missing", ""): f"未提交此项材料，请按《暂行办法》{law.MATERIALS}补充。",
    ("illegible", ""): "扫描件不清晰，请重新扫描，保证文字、印章可以辨认。",
    ("expired", ""): "证照或者证书已过有效期，请提交有效的证照或者证书。",
    ("name_mismatch", ""): "所载名称或者代码与单位登记信息不一致，请核对更正，或者附变更证明。",
    ("figures_mismatch", ""): "所载数据与其他材料不一致，请核对后更正。",
    ("figures_mismatch", "smes"): "名单去重后的家数与申请报告不一致，请核对后重新上传。",
    ("figures_mismatch", "staff"): "名册人数与申请报告不一致，请核对后重新上传。",
    ("figures_mismatch", "audit"): "审计报告所载服务收支与申请报告不一致，请核对后更正。",
    ("no_signature", ""): "缺少签字或者盖章，请补充完整后重新上传。",
    ("no_signature", "audit"): "审计报告缺少注册会计师签字或者会计师事务所盖章页，请补充完整扫描件。",
    ("wrong_year", ""): "所属年度不符，请提交上一年度的材料。",
    ("wrong_year", "audit"): "专项审计报告应为上一年度，请重新提交。",
    ("insufficient", ""): "内容过于简略，请补充说明并附证明。",
    ("insufficient", "honours"): "缺少省级及以上部门认定或者表彰的文件，请补充文件全文或者证书。",
}


def phrase(code: str, material: str) -> str:
    """The prepared sentence for a reason, the material's own before the general one."""
    return PHRASES.get((code, material)) or PHRASES.get((code, ""), "")


def phrases_for(material: str) -> list[str]:
    return [text for code, _ in CORRECTION if (text := phrase(code, material))]


REFUSAL = (
    ("incomplete", "材料不齐全"),
    ("not_answered", "逾期未补正"),
    ("not_eligible", "不符合申报条件"),
    ("over_quota", "超出推荐名额"),
    ("false", "材料不真实"),
    ("other", "其他"),
)
DECLINE = (
    ("not_eligible", "不符合申报条件"),
    ("weak", "示范性不足"),
    ("quota", "名额所限，择优未入选"),
    ("incomplete", "材料不齐全"),
    ("other", "其他"),
)
REJECTION = (
    ("score", "专家评审得分未达到要求"),
    ("not_eligible", "不符合申报条件"),
    ("false", "材料不真实"),
    ("other", "其他"),
)
ALL = {code: words for group in (CORRECTION, REFUSAL, DECLINE, REJECTION) for code, words in group} | {
    "objection_upheld": "公示期间异议成立",
    "lapsed": "本年度未报送",
}

# Art. 18: a province decides by its own evaluation, and reports to nobody.
PROVINCIAL_WORDS = {"score": "测评得分未达到要求", "lapsed": "本年度未办结"}


def reason_words(code: str, procedure: str) -> str:
    """A reason in the words of the procedure that it was given in."""
    own = PROVINCIAL_WORDS if procedure == Procedure.PROVINCIAL else {}
    return own.get(code) or ALL.get(code, "")


def rejection_reasons(procedure: str) -> list[tuple[str, str]]:
    return [(code, reason_words(code, procedure)) for code, _ in REJECTION]


LEFT_BY = {
    "SUBMITTED": "{}未受理",
    "RETURNED": "退回补正后申报单位未在期限内补正",
    "UNDER_EVALUATION": "{}未完成测评",
    "RECOMMENDED": "{}已签发意见，未报送",
}


def reason_at_close(application) -> str:
    """What a year's close leaves undone: who filed when, and with whom it stayed; it never says that nothing was filed."""
    filed = date_cn(day_of(application.submitted_at))
    return f"申报单位已于 {filed}提交，至年度结束：{LEFT_BY[application.state].format(application.recommender.name)}。"
