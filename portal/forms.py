"""The base of every form: one renderer, errors at their place in one wording, nothing typed is lost."""

from __future__ import annotations

from django import forms

UNSAVED_AS = "请先核对后再提交"


class PortalForm(forms.Form):
    """Marks up what the shared field template shows; pages say `{{ form }}`.

    `asked_later` names fields that a draft may leave open and a later step asks for: not called optional.
    """

    asked_later: tuple[str, ...] = ()
    required_css_class = "required"
    template_name = "forms/form.html"

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        dress(self)


class PublicForm(PortalForm):
    """A form that anyone may send: `website` is a field that people do not see and programs fill in."""

    template_name = "forms/public_form.html"
    website = forms.CharField(
        label="请勿填写",
        required=False,
        widget=forms.TextInput(attrs={"class": "hp", "tabindex": "-1", "autocomplete": "off"}),
    )

    def clean_website(self):
        if self.cleaned_data["website"]:
            raise forms.ValidationError("提交未成功，请刷新页面重试。")
        return ""


class QueryForm(PortalForm):
    receipt_number = forms.CharField(label="回执编号", max_length=24)
    query_code = forms.CharField(label="查询码", max_length=12)


class PortalModelForm(forms.ModelForm):
    asked_later: tuple[str, ...] = ()
    required_css_class = "required"
    template_name = "forms/form.html"

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        dress(self)


def dress(form: forms.BaseForm) -> None:
    """Sentences instead of the framework's defaults, and the widgets' common attributes."""
    form.use_required_attribute = False
    for name, field in form.fields.items():
        field.asked_later = name in form.asked_later
        label = field.label or ""
        field.error_messages["required"] = f"请填写{label}。" if not _is_choice(field) else f"请选择{label}。"
        if isinstance(field, forms.DateField):
            field.widget = forms.DateInput(attrs={"type": "date", **field.widget.attrs}, format="%Y-%m-%d")
            field.error_messages["invalid"] = f"{label}应为日期，例如 2026-04-01。"
        elif isinstance(field, forms.IntegerField):
            field.error_messages["invalid"] = f"{label}应为整数。"
        elif isinstance(field, forms.DecimalField):
            field.error_messages["invalid"] = f"{label}应为数字。"
        widget = field.widget
        if isinstance(
            widget, forms.CheckboxSelectMultiple | forms.RadioSelect | forms.CheckboxInput | forms.HiddenInput
        ):
            continue
        widget.attrs["class"] = f"{widget.attrs.get('class', '')} input".strip()


def _is_choice(field: forms.Field) -> bool:
    return isinstance(field, forms.ChoiceField | forms.ModelChoiceField | forms.FileField)
