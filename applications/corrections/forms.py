from __future__ import annotations

from django import forms

from applications.corrections.reasons import CORRECTION, phrase, phrases_for
from applications.models import Finding
from portal.pages.forms import PortalForm


class MarksForm(PortalForm):
    """齐, 缺 or 疑 for every material at once; a material that nobody has looked at stays open."""

    def __init__(self, *args, materials=(), findings=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = []
        for material, spec in materials:
            finding = (findings or {}).get(material.code)
            entry = {
                "code": material.code,
                "spec": spec,
                "material": material,
                "phrases": phrases_for(material.code),
            }
            for name in ("verdict", "reason", "words"):
                stored = getattr(finding, name, "")
                entry[name] = self.data.get(f"{name}_{material.code}", "") if self.is_bound else stored
            self.rows.append(entry)
        if self.is_bound and self.data.get("then") == "rest_ok":
            for entry in self.rows:
                entry["verdict"] = entry["verdict"] or Finding.Verdict.OK

    def clean(self):
        reasons = dict(CORRECTION)
        for entry in self.rows:
            title = f"{entry['spec'].ordinal}{entry['spec'].short_title}"
            if entry["verdict"] and entry["verdict"] not in Finding.Verdict.values:
                raise forms.ValidationError(f"材料{title}的核对结果请从齐、缺、疑中选择。")
            if entry["reason"] and entry["reason"] not in reasons:
                raise forms.ValidationError(f"材料{title}的理由请从列表中选择。")
            if entry["verdict"] == Finding.Verdict.DOUBT and not entry["reason"]:
                raise forms.ValidationError(f"材料{title}记为“疑”，请选择理由。")
            if entry["reason"] == "other" and not entry["words"].strip():
                raise forms.ValidationError(f"材料{title}的理由为“其他”，请写明具体要求。")
        return super().clean()

    def marks(self) -> list[dict]:
        return [
            {name: entry[name][:500] for name in ("code", "verdict", "reason", "words")}
            for entry in self.rows
            if entry["verdict"]
        ]

    def wanting(self) -> int:
        return sum(entry["verdict"] not in ("", Finding.Verdict.OK) for entry in self.rows)


class CorrectionForm(PortalForm):
    """One notice with everything in it: a box, a reason and words per material."""

    words = forms.CharField(
        label="总体说明", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, materials=(), findings=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = []
        for material, spec in materials:
            finding = (findings or {}).get(material.code)
            marked = finding is not None and finding.verdict != "ok"
            self.rows.append(
                {
                    "code": material.code,
                    "spec": spec,
                    "checked": f"pick_{material.code}" in self.data if self.is_bound else marked,
                    "reason": self.data.get(f"reason_{material.code}", "")
                    if self.is_bound
                    else (finding.reason if marked else ""),
                    "words": self.data.get(f"words_{material.code}", "")
                    if self.is_bound
                    else (finding.words if marked else ""),
                    "phrases": phrases_for(material.code),
                    "second": self.data.get(f"second_{material.code}", ""),
                    "second_words": self.data.get(f"second_words_{material.code}", ""),
                }
            )
        self.reasons = CORRECTION

    def clean(self):
        picked = [row for row in self.rows if row["checked"]]
        if not picked:
            raise forms.ValidationError("请至少选择一项需要补正的材料。")
        for row in picked:
            if not row["reason"]:
                raise forms.ValidationError(
                    f"请选择材料{row['spec'].ordinal}{row['spec'].short_title}的补正理由。"
                )
            if not row["words"].strip():
                row["words"] = phrase(row["reason"], row["code"])
            if row["reason"] == "other" and not row["words"].strip():
                raise forms.ValidationError(f"材料{row['spec'].ordinal}选择“其他”时请写明具体要求。")
            if row["second"] and not row["second_words"].strip():
                row["second_words"] = phrase(row["second"], row["code"])
            if bool(row["second"]) != bool(row["second_words"].strip()):
                raise forms.ValidationError(f"材料{row['spec'].ordinal}的第二项理由请选择理由并写明要求。")
        return super().clean()

    def items(self) -> list[dict]:
        return [
            {"code": row["code"], "reason": row["reason"], "words": self._words(row)}
            for row in self.rows
            if row["checked"]
        ]

    def _words(self, row: dict) -> str:
        """One item per material; what is asked for a second reason follows with that reason."""
        first, second = row["words"].strip()[:500], row["second_words"].strip()[:500]
        return f"{first}\n又：{dict(CORRECTION).get(row['second'], '')}，{second}" if row["second"] else first


class ExtendForm(PortalForm):
    until = forms.DateField(label="延长至（含当日）")
    reason = forms.CharField(label="理由", widget=forms.Textarea(attrs={"rows": 3}), max_length=500)
