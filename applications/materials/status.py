"""How a material stands: one pure rule from what is there to a status, a factual hint and a pip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from applications.editions.model import MaterialSpec

COMPLETE = ("done", "optional", "checking")  # as far as the unit can bring it
LABELS = {
    "todo": "未开始",
    "doing": "填写中",
    "done": "已完成",
    "checking": "核对中",
    "problem": "有问题",
    "optional": "选填",
    "locked": "暂不能办",
}


@dataclass(frozen=True)
class Facts:
    files: Sequence[str] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    none_declared: bool = False
    none_reason: str = ""
    errors: Sequence[str] = ()
    warnings: Sequence[str] = ()
    rows: int = 0
    summary: str = ""
    sections_done: int = 0
    sections_total: int = 0
    unchecked: Sequence[str] = ()  # names of files that are received and not yet looked into
    proved: str = ""  # what a register says already, so that nothing need be uploaded


@dataclass(frozen=True)
class Status:
    code: str
    hint: str
    pip: str
    problems: tuple[str, ...] = ()


def status_of(spec: MaterialSpec, facts: Facts) -> Status:
    """The hint is a fact, not an instruction; once something is wrong it says what."""
    if spec.kind == "declaration":
        return Status("locked", "前面各项完成后可办", "o")
    if spec.kind == "report":
        return _of_report(facts)
    if facts.none_declared:
        return _of_none(spec, facts)
    problems = list(facts.errors)
    if problems:
        return Status("problem", problems[0][:190], "b", tuple(problems))
    if facts.proved and not facts.files and not _typed(facts.fields):
        return Status("done", facts.proved[:190], "o")
    if not facts.files and not facts.fields:
        return Status(
            "todo" if spec.required else "optional", spec.guidance[:190], "m" if spec.required else "n"
        )
    missing = _missing(spec, facts)
    if missing:
        return Status("doing", f"还差：{'、'.join(missing)}"[:190], "m", tuple(missing))
    if facts.unchecked:
        return Status("checking", f"已收到，正在核对：{'、'.join(facts.unchecked)}"[:190], "m")
    return Status("done", _fact(facts)[:190], "f" if facts.warnings else "o")


def _typed(fields: Mapping[str, Any]) -> bool:
    return any(value not in (None, "", []) for value in fields.values())


def _of_report(facts: Facts) -> Status:
    if facts.errors:
        return Status("problem", facts.errors[0][:190], "b", tuple(facts.errors))
    if not facts.sections_done and not facts.fields:
        return Status("todo", f"共 {facts.sections_total} 节", "m")
    if facts.sections_done < facts.sections_total:
        return Status("doing", f"{facts.sections_total} 节中已完成 {facts.sections_done} 节", "m")
    return Status("done", f"{facts.sections_total} 节全部完成", "o")


def _of_none(spec: MaterialSpec, facts: Facts) -> Status:
    if spec.none_needs_reason and not facts.none_reason.strip():
        return Status("doing", f"{spec.none_label}，还差说明", "m", ("请说明原因",))
    reason = f"：{facts.none_reason}" if facts.none_reason else ""
    return Status("done", f"{spec.none_label}{reason}"[:190], "f" if spec.none_is_doubt else "o")


def _missing(spec: MaterialSpec, facts: Facts) -> list[str]:
    missing = []
    if not facts.files and spec.code != "support":
        missing.append("文件")
    missing += [
        one.label for one in spec.fields if one.required and facts.fields.get(one.code) in (None, "", [])
    ]
    if spec.table and len(facts.fields.get(spec.table.code) or []) < spec.table.min_rows:
        missing.append(spec.table.label)
    return missing


def _fact(facts: Facts) -> str:
    if facts.summary:
        return facts.summary
    names = "、".join(facts.files[:2])
    more = f"等 {len(facts.files)} 份" if len(facts.files) > 2 else ""
    return f"{names}{more}" if names else "已登记"
