from __future__ import annotations

import re
import uuid
from dataclasses import replace

from django import forms

from applications.cycles.letters import Letter
from applications.cycles.letters import problems_of as letter_problems
from applications.cycles.models import lines_of
from applications.cycles.named import problems_of
from applications.cycles.requirements import reviews_after_the_month
from applications.cycles.services import DATES, RULES
from applications.editions import editions, get_edition
from applications.editions.evaluating import MAX_ITEMS, PARTS, Item
from applications.editions.evaluating import problems_of as rubric_problems
from applications.editions.interim_2010 import INTERIM_2010
from applications.models import Cycle
from platforms.models import Recommender
from portal.kernel.calendar import calendar
from portal.pages.forms import PortalForm, PortalModelForm
from portal.pages.verbs import NoteForm
from portal.shared import law
from portal.shared.workingdays import date_cn_weekday


def _label(edition) -> str:
    """An edition with unknown parts may be chosen to compare and to train; its year cannot be published."""
    unfit = "，有未取得原文的内容，不能发布" if edition.unknown_parts() else ""
    return f"{edition.title}（{edition.document_number}{unfit}）"


LIMITS = {
    "panel_size": (1, 15),
    "supplement_days": (1, 60),
    "correction_days": (1, 60),
    "second_look_days": (5, 60),
}


class CycleForm(PortalModelForm):
    goes_public = (
        "associations",
        "ministry_units",
        "special_slots",
        "priorities",
        "attachments",
        "notice_number",
        "contact_office",
        "contact_address",
        "contact_phone",
        "contact_fax",
        "contact_email",
        "supervision_phone",
    )
    asked_later = ("reason",)
    edition_code = forms.ChoiceField(label="适用办法")
    publicity_days = forms.IntegerField(
        label="公示期（工作日）",
        required=False,
        max_value=60,
        help_text=f"不填按适用办法（暂行办法{law.PUBLICITY}为 {INTERIM_2010.publicity_days} 个工作日）；只能延长，年度发布后不能再改",
    )
    reason = forms.CharField(
        label="修改理由", required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=500
    )

    class Meta:
        model = Cycle
        fields = ("year", "edition_code", *DATES, *RULES)
        widgets = {
            name: forms.Textarea(attrs={"rows": 3})
            for name in (
                "associations",
                "ministry_units",
                "special_slots",
                "priorities",
                "attachments",
                "remedies",
            )
        }

    field_order = ("year", "edition_code", "edition_ground", *DATES, "publicity_days")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["edition_code"].choices = [(e.code, _label(e)) for e in editions()]
        self.fields[
            "special_slots"
        ].help_text = "每行一项，例如 国家信息消费示范城市；每个城市或者园区推荐 1 家"
        if self.instance.pk is None or self.instance.state == "DRAFT":
            self.fields.pop("reason")
        else:
            for name in ("year", "edition_code", "publicity_days"):
                self.fields[name].disabled = True
        if not self.instance._state.adding:
            self.initial["publicity_days"] = self.instance.edition.publicity_days or None

    def clean(self):
        """The dates in their order, each with the sentence that says which."""
        cleaned = super().clean()
        pairs = (
            ("filing_from", "filing_until", "填报截止不能早于填报开始。"),
            ("filing_until", "handling_until", "填报截止不能晚于集中办理结束。"),
            ("handling_from", "handling_until", "集中办理结束不能早于开始。"),
            ("handling_until", "review_until", "评审办理截止不能早于集中办理结束。"),
            ("handling_until", "closes_on", "申报结束不能早于集中办理结束。"),
        )
        for first, second, sentence in pairs:
            if cleaned.get(first) and cleaned.get(second) and cleaned[first] > cleaned[second]:
                self.add_error(second, sentence)
        for name, (low, high) in LIMITS.items():
            if cleaned.get(name) is not None and not low <= cleaned[name] <= high:
                self.add_error(name, f"{self.fields[name].label}应在 {low} 到 {high} 之间。")
        days_of_law, days = self._days_of_law(), cleaned.get("publicity_days")
        if days_of_law and days is not None and days < days_of_law:
            self.add_error("publicity_days", f"公示期不能少于{days_of_law}个工作日（{law.PUBLICITY}）。")
        return cleaned

    def clean_associations(self) -> str:
        return self._names(Recommender.Kind.ASSOCIATION, "associations")

    def clean_ministry_units(self) -> str:
        return self._names(Recommender.Kind.MINISTRY_UNIT, "ministry_units")

    def _names(self, kind: str, field: str) -> str:
        text = "\n".join(lines_of(self.cleaned_data[field]))
        if problems := problems_of(kind, text):
            raise forms.ValidationError(problems)
        return text

    def clean_special_slots(self) -> str:
        return "\n".join(lines_of(self.cleaned_data["special_slots"]))

    def clean_attachments(self) -> str:
        lines = lines_of(self.cleaned_data["attachments"])
        for line in lines:
            if not re.fullmatch(r"\S.* https://\S+", line):
                raise forms.ValidationError(f"“{line[:30]}”应为名称、空格和 https:// 开头的网址。")
        return "\n".join(lines)

    def _days_of_law(self) -> int | None:
        code = self.cleaned_data.get("edition_code")
        return (get_edition(code).publicity_days or None) if code else None

    def values(self) -> dict:
        """What the service takes: a longer publicity is the year's adjustment of its edition."""
        data = {name: value for name, value in self.cleaned_data.items() if name in self._meta.fields}
        if self.fields["publicity_days"].disabled:
            return data
        days = self.cleaned_data["publicity_days"]
        kept = {
            name: value for name, value in self.instance.edition_overlay.items() if name != "publicity_days"
        }
        longer = {"publicity_days": days} if days and days != self._days_of_law() else {}
        return {**data, "edition_overlay": {**kept, **longer}}

    def clean_filing_until(self):
        day = self.cleaned_data["filing_until"]
        if not calendar().is_workday(day):
            raise forms.ValidationError(
                f"{date_cn_weekday(day)}不是工作日，请改为 {date_cn_weekday(calendar().previous_workday(day))}等工作日。"
            )
        return day


class PublishForm(NoteForm):
    def clean_note(self):
        note = self.cleaned_data["note"].strip()
        if not note and reviews_after_the_month(self.obj):
            raise forms.ValidationError("评审办理截止晚于集中办理结束，请写明理由，记入年度安排的办理记录。")
        return note


class ExtendForm(PortalForm):
    until = forms.DateField(label="评审办理延长至（含当日）")
    reason = forms.CharField(label="理由", widget=forms.Textarea(attrs={"rows": 3}), max_length=500)


class LateForm(PortalForm):
    until = forms.DateField(label="准予提交至（含当日）")
    reason = forms.CharField(label="理由", widget=forms.Textarea(attrs={"rows": 3}), max_length=500)


class ReasonedForm(PortalForm):
    """A change of a published cycle asks for its reason."""

    asked_later = ("reason",)
    reason = forms.CharField(
        label="修改理由", required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=500
    )

    def __init__(self, *args, is_published=False, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_published:
            self.fields.pop("reason")


class LetterForm(ReasonedForm):
    title = forms.CharField(label="标题", max_length=60)
    body = forms.CharField(label="正文", max_length=2000, widget=forms.Textarea(attrs={"rows": 8}))
    field_order = ("title", "body", "reason")

    def __init__(self, *args, letter: Letter, **kwargs):
        super().__init__(*args, **kwargs)
        self.letter = letter

    def clean_body(self):
        """Browsers send every line's end as CR LF."""
        return self.cleaned_data["body"].replace("\r\n", "\n")

    def clean(self):
        cleaned = super().clean()
        letter = replace(self.letter, title=cleaned.get("title", ""), body=cleaned.get("body", ""))
        for problem in letter_problems(letter):
            self.add_error("body", problem)
        return cleaned


class RubricForm(ReasonedForm):
    """The items of the evaluation as rows; an emptied name drops the row, two empty rows wait in each part."""

    SPARE = 2

    def __init__(self, *args, items=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.published = list(items)

    def _row(self, part: str, number: int, item: Item | None) -> dict:
        key = f"{part}_{number}"
        values: dict[str, str | int] = {"code": "", "name": "", "points": "", "guide": ""}
        if item:
            values = {"code": item.code, "name": item.name, "points": item.points, "guide": item.guide}
        if self.is_bound:
            values = {name: self.data.get(f"{name}_{key}", "") for name in values}
        return {"key": key, "part": part, **values}

    def _typed_rows(self, part: str) -> int:
        """A page made before another editor shortened the list sends more rows than are stored."""
        if not self.is_bound:
            return 0
        return next((n for n in range(2 * MAX_ITEMS) if f"name_{part}_{n}" not in self.data), 2 * MAX_ITEMS)

    def parts(self) -> list[dict]:
        parts = []
        for code, name in PARTS:
            items = [item for item in self.published if item.part == code]
            spare = max(self.SPARE, self._typed_rows(code) - len(items))
            rows = [self._row(code, n, item) for n, item in enumerate([*items, *[None] * spare])]
            parts.append({"code": code, "name": name, "rows": rows})
        return parts

    def clean(self):
        cleaned = super().clean()
        found, known = [], {(item.part, item.code) for item in self.published}
        for part in self.parts():
            for row in part["rows"]:
                name, points = row["name"].strip()[:40], str(row["points"]).strip()
                if not name:
                    continue
                if not (points.isdecimal() and 1 <= int(points) <= 100):
                    self.add_error(None, f"“{name}”的分值应为 1 到 100 的整数。")
                    continue
                code = row["code"] if (row["part"], row["code"]) in known else f"i{uuid.uuid4().hex[:8]}"
                found.append(Item(code, row["part"], name, int(points), row["guide"].strip()[:200]))
        if not self.errors:
            for problem in rubric_problems(found):
                self.add_error(None, problem)
        self.found = found
        return cleaned

    def items(self) -> list[Item]:
        return self.found
