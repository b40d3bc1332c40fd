"""The base of every form: one renderer, errors at their place in one wording, nothing typed is lost."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.conf import settings

from portal.accounts import attempts, proof_of_work
from portal.kernel import clock
from portal.models import User
from portal.pages.merging import MergesByField
from portal.shared.validators import propose_uscc, validate_uscc

# Who reads the words of a field, said at its label.
PUBLIC, NOT_PUBLIC, BY_CHOICE = "将公开", "不公开", "是否公开由您决定"
UNSAVED_AS = "请先核对后再提交"
UNNAMED = "---------"  # what the framework calls an open choice
OPEN = ("", "请选择")
INVALID = {
    forms.DateField: "应为日期，例如 2026-04-01。",
    forms.TimeField: "应为时间，例如 09:30。",
    forms.DecimalField: "应为数字。",
    forms.IntegerField: "应为整数。",
    forms.EmailField: "应为电子邮箱地址，例如 name@example.cn。",
    forms.URLField: "应为网址，例如 https://example.cn。",
}


class NewUsernameField(forms.CharField):
    """The sign-in name of a new account: nothing that reads like somebody else's.

    With `completed` the public asks: four digits are added (services.complete_username), so that no answer says
    whose name exists.
    """

    def __init__(self, *, completed: bool = False):
        self.completed = completed
        more = "；系统会在后面加上四位数字，完整的用户名在下一页显示，并发到您的邮箱" if completed else ""
        super().__init__(
            label="用户名",
            max_length=58 if completed else 64,
            help_text=f"登录时使用，英文字母或者数字{more}",
        )

    def clean(self, value):
        name = super().clean(value)
        if not re.fullmatch(r"[A-Za-z0-9._@-]+", name):
            raise forms.ValidationError("用户名只能用英文字母、数字和 . _ - @，请重新填写。")
        if not self.completed and User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError("此用户名不能使用，请换一个。")
        return name


class UnchosenField(forms.ChoiceField):
    """A choice that the page does not make for anybody: it begins empty."""

    def __init__(self, *, choices: Iterable = (), **kwargs):
        super().__init__(**kwargs)
        self.offer(choices)

    def offer(self, choices: Iterable) -> None:
        self.choices = [OPEN, *choices]


USE = "__use"  # behind the field's name: the button that takes what is proposed


class UsccInput(forms.TextInput):
    """With what a code of O and I must mean, to be taken in one click; without JavaScript too."""

    template_name = "ui/uscc_input.html"

    def value_from_datadict(self, data, files, name):
        typed = super().value_from_datadict(data, files, name)
        use = data.get(f"{name}{USE}")  # the Enter key presses it too: only for what is still typed so
        return use if use and propose_uscc(typed or "") == use else typed

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        return context | {"use": f"{name}{USE}", "meant": propose_uscc(str(value or ""))}


class UsccField(forms.CharField):
    """A 统一社会信用代码 as people paste it: spaces and full width go before anything is counted or cut."""

    widget = UsccInput

    def __init__(self, **kwargs):
        kwargs.setdefault("label", "统一社会信用代码")
        super().__init__(**kwargs)
        self.widget.attrs["maxlength"] = 60

    def clean(self, value):
        text = super().clean(value)
        try:
            return validate_uscc(text) if text else text
        except forms.ValidationError:
            meant = propose_uscc(text)
            if not meant:
                raise
        raise forms.ValidationError(
            f"统一社会信用代码不用字母 I、O，您填写的可能是 {meant}（数字 1、0），请对照营业执照核对，一致的点“改填”。"
        )


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """One place for several files, at most `limit` of them."""

    widget = SeveralFiles

    def __init__(self, *args, limit: int = 0, **kwargs):
        super().__init__(*args, **kwargs)
        self.limit = limit

    def clean(self, data, initial=None):
        files = [super(SeveralFilesField, self).clean(one, initial) for one in data or ()]
        if self.limit and len(files) > self.limit:
            raise forms.ValidationError(f"最多 {self.limit} 个文件，现在选了 {len(files)} 个。")
        return files


class ShownField(forms.Field):
    """What `dress` notes on every field for the shared template."""

    asked_later: bool
    reach: str


class Dressed:
    """What a form tells `dress` of its fields.

    `asked_later` names fields that a draft may leave open and a later step asks for: not called optional.
    `goes_public` names fields whose words the public will read. Every other field of free words says 不公开, and
    beside public ones every field that is typed, so that nobody has to guess which is which. `public_by_choice`
    names what the public reads where the person wants it.
    """

    asked_later: tuple[str, ...] = ()
    goes_public: tuple[str, ...] = ()
    public_by_choice: tuple[str, ...] = ()
    asks_the_public = False  # whoever writes from outside is told of every field who reads it


class PortalForm(Dressed, MergesByField, forms.Form):
    """Marks up what the shared field template shows; pages say `{{ form }}`."""

    required_css_class = "required"
    template_name = "forms/form.html"

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        dress(self)


class PublicForm(PortalForm):
    """A form that anyone may send: `website` is a field that people do not see and programs fill in.

    Where much came from one address (`sender`), it asks for a proof of work or an answer; it refuses nobody.
    """

    template_name = "forms/public_form.html"
    asks_the_public = True
    counted_as = "send"
    challenge: proof_of_work.Challenge | None = None
    proof_error = ""
    website = forms.CharField(
        label="请勿填写",
        required=False,
        widget=forms.TextInput(attrs={"class": "hp", "tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args, sender: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.sender = sender
        if attempts.is_over(self.counted_as, address=sender):
            self.challenge = proof_of_work.make_challenge()

    def clean(self):
        data = super().clean()
        if self.challenge and not self.errors:
            given = (self.data.get(f"proof_{part}", "") for part in ("token", "nonce", "answer"))
            if not proof_of_work.is_solved(*given):
                self.proof_error = proof_of_work.WRONG
                raise forms.ValidationError(proof_of_work.WRONG)
        return data

    def full_clean(self):
        """Whatever is sent counts, what was mistyped too: each look at a file costs the same."""
        super().full_clean()
        for name in self.files if self.is_bound and self.errors else ():
            if name in self.fields and name not in self.errors:
                self.add_error(name, "其他内容都已保留，附件没有保留，请重新选择。")
        if self.is_bound:
            attempts.note(self.counted_as, address=self.sender)

    def clean_website(self):
        if self.cleaned_data["website"]:
            raise forms.ValidationError("提交未成功，请刷新页面重试。")
        return ""

    def key(self, request, about: str) -> uuid.UUID:
        """The same for the same words and files from the same browser on one day; another for anything else.

        So what is sent twice is known again without an account: every browser that posts has a CSRF cookie.
        """
        browser = request.COOKIES.get(settings.CSRF_COOKIE_NAME) or uuid.uuid4().hex
        typed = sorted(self.cleaned_data.items(), key=lambda pair: pair[0])
        digest = hashlib.sha256(repr((browser, clock.today(), about, typed)).encode())
        for name in sorted(self.files):
            for upload in self.files.getlist(name):
                for piece in upload.chunks():
                    digest.update(piece)
        return uuid.UUID(bytes=digest.digest()[:16])


class TipForm(PublicForm):
    """What somebody tells an office, by name or without: the facts, what proves them, how to be reached."""

    sent_as = ""  # what the office calls it
    facts = forms.CharField(
        label="事实与理由",
        min_length=10,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="时间、地点、经过；至少 10 个字",
    )
    evidence = SeveralFilesField(
        label="证明材料（PDF、JPG 或 PNG，最多 3 个，每个 20 MB 以内）", required=False, limit=3
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("name") and not cleaned.get("contact") and "contact" not in self.errors:
            self.add_error("contact", f"实名{self.sent_as}请填写联系方式；不便留下的，姓名也请留空。")
        return cleaned


class QueryForm(PortalForm):
    """Number and code of something sent. Wrong ones are counted, per number and per address, and then wait."""

    receipt_number = forms.CharField(label="回执编号", max_length=24)
    query_code = forms.CharField(label="查询码", max_length=12)
    number_field = "receipt_number"

    def __init__(self, *args, sender: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.sender = sender

    def clean(self):
        data = super().clean()
        if attempts.is_over("query", address=self.sender, account=data.get(self.number_field, "")):
            raise forms.ValidationError("查询不成功的次数过多，请一小时后再试；编号和查询码见回执。")
        return data

    def miss(self) -> None:
        attempts.note("query", address=self.sender, account=self.cleaned_data[self.number_field])


class PortalModelForm(Dressed, MergesByField, forms.ModelForm):
    required_css_class = "required"
    template_name = "forms/form.html"

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.instance_version = getattr(self.instance, "version", 0)
        dress(self)


def sentences(field: forms.Field) -> dict[str, str]:
    """What the framework says of a wrong value, in this portal's words; it fills in the %(…)s itself."""
    label = (field.label or "").replace("%", "％")
    words = {
        "required": f"请选择{label}。" if _is_choice(field) else f"请填写{label}。",
        "max_length": f"{label}不能超过 %(limit_value)d 个字，现在是 %(show_value)d 个。",
        "min_length": f"{label}至少 %(limit_value)d 个字，现在是 %(show_value)d 个。",
        "max_value": f"{label}不能大于 %(limit_value)s。",
        "min_value": f"{label}不能小于 %(limit_value)s。",
        "max_digits": f"{label}位数过多，请核对单位。",
        "max_whole_digits": f"{label}位数过多，请核对单位。",
        "max_decimal_places": f"{label}最多 %(max)s 位小数。",
        "null_characters_not_allowed": f"{label}含有看不见的控制字符，请删除后重新填写。",
    }
    if _is_choice(field) and not isinstance(field, forms.FileField):
        words |= dict.fromkeys(("invalid_choice", "invalid_pk_value"), f"请从列表中选择{label}。")
    for kind, sentence in INVALID.items():
        if isinstance(field, kind):
            words["invalid"] = f"{label}{sentence}"
            break
    return words


def _speak(field: forms.Field) -> None:
    """A form's own sentence stays; what is left of the framework's is replaced."""
    framework: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        framework |= getattr(kind, "default_error_messages", {})
    for code, sentence in sentences(field).items():
        if field.error_messages.get(code) == framework.get(code):
            field.error_messages[code] = sentence


SENTENCE = 100  # characters from which a single line holds free words


def _reach(form: PortalForm | PortalModelForm, name: str, field: forms.Field) -> str:
    """Who will read what is typed; nothing where there is nothing to type, or nothing to doubt."""
    if name in form.goes_public:
        return PUBLIC
    if name in form.public_by_choice:
        return BY_CHOICE
    if isinstance(field.widget, forms.Textarea):
        return NOT_PUBLIC
    typed = isinstance(field.widget, forms.TextInput) and not isinstance(field.widget, forms.PasswordInput)
    if not typed or isinstance(
        field, forms.IntegerField | forms.DecimalField | forms.DateField | forms.TimeField
    ):
        return ""
    if field.widget.attrs.get("class") == "hp":  # what people do not see
        return ""
    free = (getattr(field, "max_length", 0) or 0) >= SENTENCE
    return NOT_PUBLIC if free or form.goes_public or form.asks_the_public else ""


def dress(form: PortalForm | PortalModelForm) -> None:
    """Sentences instead of the framework's defaults, and the widgets' common attributes."""
    form.use_required_attribute = False
    for name, field in form.fields.items():
        shown = cast(ShownField, field)
        shown.asked_later, shown.reach = name in form.asked_later, _reach(form, name, field)
        _speak(field)
        if isinstance(field, forms.DateField):
            field.widget = forms.DateInput(attrs={"type": "date", **field.widget.attrs}, format="%Y-%m-%d")
        if isinstance(field, forms.TimeField):
            field.widget = forms.TimeInput(attrs={"type": "time", **field.widget.attrs}, format="%H:%M")
        if isinstance(field, forms.ModelChoiceField):
            field.empty_label = "请选择" if field.empty_label == UNNAMED else field.empty_label
        elif isinstance(field, forms.ChoiceField) and ("", UNNAMED) in choices_of(field):
            field.choices = [choice if choice[0] else OPEN for choice in choices_of(field)]
        widget = field.widget
        if isinstance(
            widget, forms.CheckboxSelectMultiple | forms.RadioSelect | forms.CheckboxInput | forms.HiddenInput
        ):
            continue
        widget.attrs["class"] = f"{widget.attrs.get('class', '')} input".strip()


def choices_of(field: forms.ChoiceField) -> list[tuple]:
    return list(cast(Iterable[tuple], field.choices))


def choice_in(form: forms.BaseForm, name: str) -> forms.ChoiceField:
    """The field of that name, which the form declares as a choice."""
    return cast(forms.ChoiceField, form.fields[name])


def _is_choice(field: forms.Field) -> bool:
    return isinstance(field, forms.ChoiceField | forms.ModelChoiceField | forms.FileField)


def version_in(data) -> int:
    """The version that the sent page showed; a page that says none was made before anything was saved."""
    text = data.get("version") or ""
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def differences(form: forms.ModelForm, stored) -> list[tuple[str, str, str]]:
    """What was typed beside what is stored, field by field: (label, typed, stored)."""
    names = [name for name, field in form.fields.items() if not field.widget.is_hidden]
    pairs = ((name, form.cleaned_data.get(name), getattr(stored, name, None)) for name in names)
    return [
        (str(form.fields[name].label), _words(form.fields[name], typed), _words(form.fields[name], kept))
        for name, typed, kept in pairs
        if typed != kept and _words(form.fields[name], typed) != _words(form.fields[name], kept)
    ]


def _words(field: forms.Field, value) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    labels = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    values = value if isinstance(value, list | tuple) else [value]
    return "、".join(labels.get(str(one), str(one)) for one in values if one not in (None, ""))
