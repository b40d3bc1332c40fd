"""What a platform reports every year (Art. 13): the figures and the texts of the annual summary."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A figure of the year. `adds_up` is false for a share, which a province's total leaves out."""

    code: str
    label: str
    unit: str
    hint: str = ""
    adds_up: bool = True


FIGURES = (
    Figure("smes_served", "服务中小企业", "家", "全年服务的中小企业，同一家只计一次"),
    Figure("services", "开展服务", "次"),
    Figure("satisfaction", "服务满意度", "%", "满意和基本满意的企业占参加评价企业的比例", adds_up=False),
    Figure("trained", "培训人次", "人次"),
    Figure("public_services", "公益性服务", "次", "免费开展的服务"),
    Figure("public_service_smes", "公益性服务惠及企业", "家"),
    Figure("commissioned_tasks", "受托任务", "项", "政府部门委托的任务"),
    Figure("mobilised_institutions", "带动社会服务机构", "家", "参与服务的其他机构"),
    Figure("mobilised_experts", "带动社会专家", "人"),
    Figure("staff", "从业人员", "人", "年末人数"),
    Figure("income", "服务收入", "万元"),
    Figure("expenses", "服务支出", "万元"),
)
TEXTS = (
    ("overview", "全年工作总结", "服务开展、能力建设、服务成效和典型案例"),
    ("welfare", "公益性服务情况", "内容、对象和成效"),
    ("commissioned", "受托任务完成情况", "委托部门、任务名称和完成情况；没有受托任务的写“无”"),
    ("mobilised", "组织带动社会服务资源情况", "合作机构、专家和共享资源"),
    ("plan", "问题和下一年度计划", "存在的问题、改进措施和工作计划"),
)
CODES = tuple(figure.code for figure in FIGURES)
TEXT_CODES = tuple(code for code, _, _ in TEXTS)
