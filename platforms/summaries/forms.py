from __future__ import annotations

from typing import cast

from django import forms
from django.core.validators import MaxLengthValidator, MaxValueValidator
from django.db import models

from platforms.models import AnnualSummary
from platforms.summaries.figures import FIGURES, TEXTS
from portal.pages.forms import PortalModelForm

LONGEST = 5000  # characters of each text


class FigureField(forms.DecimalField):
    """A figure with the unit that the template writes behind its box."""

    unit: str


class SummaryForm(PortalModelForm):
    """A draft may have gaps; what is missing stands in the way of filing only."""

    asked_later = (*(figure.code for figure in FIGURES), *(code for code, _, _ in TEXTS))
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = AnnualSummary
        fields = (*(figure.code for figure in FIGURES), *(code for code, _, _ in TEXTS))
        widgets = {code: forms.Textarea(attrs={"rows": 6}) for code, _, _ in TEXTS}

    def __init__(self, *args, last: AnnualSummary | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        for figure in FIGURES:
            field = cast(FigureField, self.fields[figure.code])
            field.required, field.label, field.unit = False, figure.label, figure.unit
            field.widget.attrs["min"] = 0
            earlier = getattr(last, figure.code, None)
            hints = [figure.hint, f"上年 {earlier} {figure.unit}" if earlier is not None else ""]
            field.help_text = "；".join(hint for hint in hints if hint)
            field.min_value = 0
            column = cast(models.Field, AnnualSummary._meta.get_field(figure.code))
            limits = column.validators  # what the column holds
            field.validators += [limit for limit in limits if isinstance(limit, MaxValueValidator)]
        for code, _, hint in TEXTS:
            self.fields[code].required = False
            self.fields[code].help_text = hint
            self.fields[code].validators.append(MaxLengthValidator(LONGEST))

    def clean(self):
        cleaned = super().clean()
        for name in ("income", "expenses", "satisfaction"):
            value = cleaned.get(name)
            if value is not None and value < 0:
                self.add_error(name, f"{self.fields[name].label}不能小于 0。")
        for code, label, _ in TEXTS:
            if len(cleaned.get(code) or "") > 5000:
                self.add_error(code, f"{label}不超过 5000 字。")
        return cleaned

    def _post_clean(self):
        """The service writes the row: this form only checks it, and does not touch the instance."""

    @property
    def figures(self):
        return [self[figure.code] for figure in FIGURES]

    @property
    def texts(self):
        return [self[code] for code, _, _ in TEXTS]
