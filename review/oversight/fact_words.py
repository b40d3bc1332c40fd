"""What the events of a dossier noted beside their words, in Chinese: step by step and in the evidence package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from applications.corrections.reasons import ALL
from applications.editions.evaluating import METHODS
from applications.evaluation.services import rubric_for
from applications.models import Application, Evaluation, Finding, Overlap, Recommendation
from applications.overlaps.rules import BY_CODE
from portal.models import AuditEvent
from review.states import AT_WORK, OUTCOME_LABELS

LABELS = {
    "name": "名称",
    "sha256": "文件摘要",
    "digest": "所见内容摘要",
    "file": "文件",
    "files": "文件",
    "kind": "种类",
    "title": "标题",
    "year": "年度",
    "from": "原为",
    "to": "改为",
    "until": "至",
    "on": "日期",
    "due_on": "期限",
    "count": "件数",
    "rows": "行数",
    "items": "项数",
    "user": "人员",
    "grant": "权限",
    "number": "编号",
    "source": "来源",
    "reason": "理由类别",
    "version": "版本",
    "query": "筛选条件",
    "step": "步骤",
    "error": "错误",
    "verb": "事项",
    "done": "办理件数",
    "left_out": "未办理件数",
    "signoff": "审签编号",
    "kinds": "种类",
    "fields": "字段",
    "params": "条件",
    "material": "材料",
    "materials": "材料",
    "verdict": "核对结论",
    "section": "部分",
    "manifest": "提交清单摘要",
    "receipt": "回执编号",
    "recommender": "推荐单位",
    "handler": "审查员",
    "before": "原审查员",
    "rank": "推荐顺序",
    "score": "得分",
    "total": "总分",
    "criterion": "条件",
    "area": "地区",
    "by_lot": "随机抽取",
    "employer": "工作单位",
    "seed": "抽取种子",
    "reason_code": "理由类别",
    "outcome": "拟定结论",
    "cut": "划线（名次）",
    "ranked": "排序件数",
    "exceptions": "顺序外的决定",
    "what": "事项",
    "id": "申报编号",
    "by_recommender": "按推荐单位",
    "by_function": "按服务功能",
    "start": "公示开始日",
    "contact_phone": "联系电话",
    "supervision_phone": "监督电话",
    "document_number": "文号",
    "document_date": "文件日期",
    "reporting": "报送编号",
    "spread": "最高最低分差",
    "none": "声明没有",
    "photos": "现场照片（张）",
    "signed": "有签字",
    "conclusion": "结论",
    "item": "公示的平台",
    "summary": "转办摘要",
    "answer_due_on": "说明期限",
    "proofs": "证明材料",
    "rule": "查重规则",
    "answer": "核查结论",
    "listed": "候选名单（件）",
    "related": "有利益关系（件）",
    "confirmed": "已声明",
    "declarant_name": "声明人",
    "declared": "已声明真实",
    "explanation": "说明",
    "reply": "答复",
    "draw": "抽取编号",
    "panel": "专家",
    "notice": "公示编号",
    "sheet": "各项评分",
    "note": "说明",
    "declarant_title": "声明人职务",
}
SCORED = "assignment.hand_in"
UNREAD = "评分尚未交齐，交齐后可见"
FIELDS = {
    model._meta.model_name: {field.name: str(field.verbose_name) for field in model._meta.concrete_fields}
    for model in (Evaluation, Recommendation)
}
VERDICTS = {**dict(Finding.Verdict.choices), "meets": "符合", "pass": "合格", "fail": "不合格"}
CODES = {
    "verdict": VERDICTS,
    "conclusion": VERDICTS,
    "opinion": VERDICTS,
    "methods": METHODS,
    **dict.fromkeys(("operation_grade", "performance_grade", "demonstration_grade"), VERDICTS),
    "reason": ALL,
    "reason_code": ALL,
    "outcome": OUTCOME_LABELS,
    "answer": dict(Overlap.Answer.choices),
    "rule": {code: rule.label for code, rule in BY_CODE.items()},
}


@dataclass(frozen=True)
class Words:
    """What the keys of one dossier's facts are called, and how the codes among their values are read."""

    labels: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]]
    hides_scores: bool = False

    def of(self, event: AuditEvent) -> list[tuple[str, str]]:
        if self.hides_scores and event.action == SCORED:
            return [(LABELS["total"], UNREAD)]
        own = FIELDS.get(event.action.partition(".")[0], {})
        return replace(self, labels={**self.labels, **own}).pairs(event.facts)

    def pairs(self, facts: Mapping[str, Any]) -> list[tuple[str, str]]:
        """(label, value) in the order in which they were noted; what says nothing is left away."""
        read = [(key, self.value(value, self.codes.get(key, {}))) for key, value in facts.items()]
        return [(self.labels.get(key, key), words) for key, words in read if words]

    def value(self, value: Any, known: Mapping[str, str]) -> str:
        if value is None or value in ("", [], {}):
            return ""
        if isinstance(value, bool) or value in ("True", "False"):
            return "是" if value in (True, "True") else "否"
        if isinstance(value, Mapping) and set(value) == {"id", "label"}:  # a record, by its name
            return str(value["label"])
        if isinstance(value, Mapping):
            return "；".join(f"{label} {words}" for label, words in self.pairs(value))
        if isinstance(value, (list, tuple)):
            return "、".join(self.value(one, known) for one in value)
        return known.get(str(value), str(value))


def words_of(application: Application) -> Words:
    specs = [application.spec(row.code) for row in application.materials.all()]
    names = {spec.code: spec.short_title for spec in specs}
    typed = {field.code: field.label for spec in specs for field in spec.fields}
    items = {item.code: item.name for item in rubric_for(application)}
    codes = {**CODES, "material": names, "materials": names}
    return Words({**typed, **items, **LABELS}, codes, hides_scores(application))


def hides_scores(application: Application) -> bool:
    """Nobody reads a score before all are in: not who watches either, and in no file that leaves the house."""
    return application.assignments.filter(state__in=AT_WORK).exists()
