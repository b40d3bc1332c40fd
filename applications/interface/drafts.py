"""Drafts as a program sends them: what is left out stays as it is, and the page's own forms judge the rest."""

from __future__ import annotations

from datetime import date

from django.http import JsonResponse
from ninja import Schema
from pydantic import ConfigDict, Field

from applications.evaluation.forms import EvaluationForm

MOST = 2_000_000_000  # what a version column holds


class Draft(Schema):
    """`version` is the one that was read; 0 while there is none."""

    model_config = ConfigDict(extra="forbid")
    version: int = Field(ge=0, le=MOST)


class Line(Schema):
    model_config = ConfigDict(extra="forbid")
    score: int | None = Field(default=None, ge=0, le=100)
    note: str = Field(default="", max_length=500)


class EvaluationDraft(Draft):
    operation_grade: str | None = None
    operation_note: str | None = None
    performance_grade: str | None = None
    performance_note: str | None = None
    demonstration_grade: str | None = None
    demonstration_note: str | None = None
    methods: list[str] | None = None
    evaluated_on: date | None = None
    opinion: str | None = None
    problems: str | None = None
    items: dict[str, Line] = {}


class RecommendationDraft(Draft):
    demonstration: str | None = None
    opinion: str | None = None
    recognised: bool | None = None
    commended: bool | None = None
    recognition_document: str | None = None


def overlay(form, draft: Draft) -> dict:
    """What a page would send: the stored draft, and over it what came."""
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    sent = draft.model_dump(exclude={"version", "items"}, exclude_none=True)
    data |= {name: value for name, value in sent.items() if name in form.fields}
    if isinstance(form, EvaluationForm):
        data |= form.lines
        for code, line in draft.items.items():
            data[f"item_{code}"] = "" if line.score is None else str(line.score)
            data[f"note_{code}"] = line.note
    return data


def unreadable(form) -> JsonResponse:
    """The forms' own sentences, by field."""
    errors = {name: list(rows) for name, rows in form.errors.items() if name != "__all__"}
    detail = "".join(form.non_field_errors()) or "草稿没有保存，请按 errors 逐项修改。"
    return JsonResponse(
        {"detail": detail, "errors": errors}, status=422, json_dumps_params={"ensure_ascii": False}
    )
