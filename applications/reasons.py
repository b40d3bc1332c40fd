"""Prepared reasons: codes that can be counted, sentences that can be sent. Free words come beside them."""

from __future__ import annotations

CORRECTION = (
    ("missing", "缺少此项材料"),
    ("illegible", "扫描件不清晰，无法辨认"),
    ("expired", "证照或者证书已过有效期"),
    ("name_mismatch", "名称或者代码与登记信息不一致"),
    ("figures_mismatch", "数据与名册、审计报告不一致"),
    ("no_signature", "缺少签字或者盖章"),
    ("wrong_year", "年度不符，应为上一年度"),
    ("insufficient", "内容过于简略，请补充"),
    ("other", "其他"),
)
REFUSAL = (
    ("incomplete", "材料不齐全，逾期未补正"),
    ("not_eligible", "不符合申报条件"),
    ("over_quota", "超出推荐名额"),
    ("false", "材料不真实"),
    ("other", "其他"),
)
DECLINE = (
    ("not_eligible", "不符合申报条件"),
    ("weak", "示范性不足"),
    ("quota", "名额所限，择优未入选"),
    ("incomplete", "材料不完整"),
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
