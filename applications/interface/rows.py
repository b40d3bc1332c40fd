"""Dossiers as a province's system reads them."""

from __future__ import annotations

import uuid
from datetime import date

from django.utils.timezone import localtime
from ninja import Schema

from applications.editions.evaluating import METHODS
from applications.evaluation.services import evaluation_of, rubric_for
from applications.models import Application, Recommendation


class DossierRow(Schema):
    id: uuid.UUID
    number: str
    year: int
    procedure: str
    platform: str
    organisation: str
    uscc: str
    state: str
    state_label: str
    submitted_on: date
    handling_until: date
    evaluation_completed: bool
    rank: int | None

    @staticmethod
    def resolve_year(row: Application) -> int:
        return row.cycle.year

    @staticmethod
    def resolve_platform(row: Application) -> str:
        return row.platform.name

    @staticmethod
    def resolve_organisation(row: Application) -> str:
        return row.platform.organisation.name

    @staticmethod
    def resolve_uscc(row: Application) -> str:
        return row.platform.organisation.uscc

    @staticmethod
    def resolve_state_label(row: Application) -> str:
        return row.get_state_display()

    @staticmethod
    def resolve_submitted_on(row: Application) -> date:
        return localtime(row.submitted_at).date()

    @staticmethod
    def resolve_handling_until(row: Application) -> date:
        return row.cycle.handling_until

    @staticmethod
    def resolve_evaluation_completed(row: Application) -> bool:
        return bool(evaluation := getattr(row, "evaluation", None)) and evaluation.completed_at is not None


class Item(Schema):
    code: str
    part: str
    name: str
    points: int
    guide: str
    score: int | None
    note: str


class EvaluationOut(Schema):
    version: int
    operation_grade: str
    operation_note: str
    performance_grade: str
    performance_note: str
    demonstration_grade: str
    demonstration_note: str
    methods: list[str]
    evaluated_on: date | None
    opinion: str
    problems: str


class RecommendationOut(Schema):
    version: int
    demonstration: str
    opinion: str
    recognised: bool
    commended: bool
    recognition_document: str


class DossierDetail(DossierRow):
    evaluation: EvaluationOut
    recommendation: RecommendationOut
    items: list[Item]
    methods: dict[str, str]

    @staticmethod
    def resolve_evaluation(row: Application):
        return evaluation_of(row)

    @staticmethod
    def resolve_recommendation(row: Application):
        return getattr(row, "recommendation", None) or Recommendation(application=row)

    @staticmethod
    def resolve_items(row: Application) -> list[dict]:
        sheet = evaluation_of(row).sheet
        return [
            {
                "code": item.code,
                "part": item.part,
                "name": item.name,
                "points": item.points,
                "guide": item.guide,
                "score": sheet.get(item.code, {}).get("score"),
                "note": sheet.get(item.code, {}).get("note", ""),
            }
            for item in rubric_for(row)
        ]

    @staticmethod
    def resolve_methods(row: Application) -> dict[str, str]:
        return dict(METHODS)


class Saved(Schema):
    version: int
