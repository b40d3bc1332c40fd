from __future__ import annotations

from django import forms
from django.utils.functional import cached_property

from applications.editions.evaluating import METHODS, PARTS
from applications.evaluation.services import refuse_day
from applications.models import Evaluation, EvaluationItem, SiteVisit
from applications.states import Procedure
from portal.pages.forms import PortalModelForm, SeveralFilesField, differences
from portal.pages.merging import ASKS


class EvaluationForm(PortalModelForm):
    """Grade and note per part, a score and a remark per item; a draft may leave all of it open."""

    asked_later = (
        "operation_grade",
        "operation_note",
        "performance_grade",
        "performance_note",
        "demonstration_grade",
        "demonstration_note",
        "methods",
        "evaluated_on",
        "opinion",
    )
    methods = forms.MultipleChoiceField(
        label="测评方式", choices=list(METHODS.items()), widget=forms.CheckboxSelectMultiple, required=False
    )

    class Meta:
        model = Evaluation
        fields = (
            "operation_grade",
            "operation_note",
            "performance_grade",
            "performance_note",
            "demonstration_grade",
            "demonstration_note",
            "methods",
            "evaluated_on",
            "opinion",
            "problems",
        )
        widgets = {
            name: forms.Textarea(attrs={"rows": 3})
            for name in ("operation_note", "performance_note", "demonstration_note", "problems")
        }

    def __init__(self, *args, items=(), application, **kwargs):
        super().__init__(*args, **kwargs)
        self.application = application
        if application.procedure != Procedure.REREVIEW:
            self.fields.pop("opinion")
            self.fields.pop("problems")
        self.items = list(items)
        self.lines = {}
        for item in self.items:
            line = self.instance.sheet.get(item.code, {})
            score = line.get("score")
            self.lines[f"item_{item.code}"] = "" if score is None else str(score)
            self.lines[f"note_{item.code}"] = line.get("note", "")

    def stored(self) -> dict[str, str]:
        """Each item's score and remark are merged like the fields."""
        return {**super().stored(), **self.lines}

    @cached_property
    def entries(self) -> list[dict]:
        """As typed, after what a colleague alone has changed was put in."""
        read = self.data.get if self.is_bound else self.lines.get
        return [
            {
                "item": item,
                "score": read(f"item_{item.code}") or "",
                "note": read(f"note_{item.code}") or "",
                "error": "",
                "asked": [],
            }
            for item in self.items
        ]

    def ask(self, name: str) -> None:
        if name in self.fields:
            super().ask(name)
            return
        entry = next(one for one in self.entries if name.endswith(f"_{one['item'].code}"))
        entry["error"] = ASKS.format("")[1:]
        entry["asked"].append(self.question_of(name))
        self.cleaned_data["sheet"].pop(entry["item"].code, None)
        self.add_error(None, ASKS.format(f"“{entry['item'].name}”"))

    def parts(self) -> list[dict]:
        """For the page: each part with its items and its two fields."""
        return [
            {
                "code": code,
                "name": name,
                "entries": [entry for entry in self.entries if entry["item"].part == code],
                "grade": self[f"{code}_grade"],
                "note": self[f"{code}_note"],
                "score": getattr(self.instance, f"{code}_score"),
            }
            for code, name in PARTS
        ]

    def differences(self, stored: Evaluation) -> list[tuple[str, str, str]]:
        """What was typed beside what a colleague has stored: the items first, then the fields."""
        typed = self.cleaned_data["sheet"]

        def words(line: dict) -> str:
            score = line.get("score")
            return " ".join(
                part for part in ("" if score is None else f"{score} 分", line.get("note", "")) if part
            )

        items = [
            (item.name, words(typed.get(item.code, {})), words(stored.sheet.get(item.code, {})))
            for item in self.items
        ]
        return [line for line in items if line[1] != line[2]] + differences(self, stored)

    def clean_evaluated_on(self):
        day = self.cleaned_data["evaluated_on"]
        sentence = refuse_day(self.application, day)
        if sentence:
            raise forms.ValidationError(sentence)
        return day

    def savable(self) -> dict:
        """What a draft may store while something else is wrong: a wrong entry stays as it is stored."""
        return {**self.cleaned_data, "sheet": {**self.instance.sheet, **self.cleaned_data["sheet"]}}

    def unsavable(self) -> dict[str, str]:
        """Labels of what is wrong by the name of its field."""
        wrong = {f"item_{one['item'].code}": one["item"].name for one in self.entries if one["error"]}
        return wrong | {name: self.fields[name].label for name in self.errors if name in self.fields}

    def rest(self) -> list:
        return [self[name] for name in self.fields if not name.endswith(("_grade", "_note"))]

    def clean(self):
        cleaned = super().clean()
        sheet = {}
        for entry in self.entries:
            text = str(entry["score"]).strip()
            if text and not (text.isdecimal() and int(text) <= 100):
                entry["error"] = "得分应为 0 到 100 的整数。"
                self.add_error(None, f"“{entry['item'].name}”{entry['error']}")
                continue
            sheet[entry["item"].code] = {"score": int(text) if text else None, "note": entry["note"][:500]}
        cleaned["sheet"] = sheet
        return cleaned


class OwnItemForm(PortalModelForm):
    class Meta:
        model = EvaluationItem
        fields = ("part", "name", "points", "guide")
        help_texts = {"points": "与本部分其他项目的分值一起加权，1 到 100"}

    def clean_points(self):
        points = self.cleaned_data["points"]
        if not 1 <= points <= 100:
            raise forms.ValidationError("分值应在 1 到 100 之间。")
        return points


class VisitForm(PortalModelForm):
    photos = SeveralFilesField(label="现场照片（JPG 或 PNG，可多选）", required=False)
    signed = forms.FileField(label="在场人员签字表（PDF、JPG 或 PNG）", required=False)

    class Meta:
        model = SiteVisit
        fields = ("visited_on", "place", "inspectors", "received_by", "seen", "conclusion")
        widgets = {"seen": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "inspectors": "姓名和职务，至少两人",
            "received_by": "姓名和职务，在签字表上签字",
            "seen": "核对了什么、与申报是否一致、有何问题",
        }
