"""Small things that every page shows: deadlines, charts, what a form calls optional."""

from __future__ import annotations

import inspect
import re
from datetime import date
from pathlib import Path

import pytest
from django import forms
from django.apps import apps
from django.db.models import Model
from django.utils.html import strip_tags

from applications.audits.forms import EndForm
from applications.corrections.reasons import ALL, CORRECTION, DECLINE, REFUSAL, REJECTION
from platforms.complaints.forms import ConcludeForm
from platforms.models import Complaint, Organisation
from platforms.organisations.forms import OrganisationForm, PlatformForm
from platforms.postings.forms import PostingForm
from portal.accounts.services import create_account
from portal.kernel import clock
from portal.kernel.action_labels import known_actions
from portal.kernel.calendar import calendar
from portal.kernel.outbox import drain_outbox
from portal.kernel.permissions import Role
from portal.kernel.workflow import requirements_by_verb, wordy_verbs
from portal.models import User
from portal.pages.forms import PortalForm, PortalModelForm
from portal.pages.verbs import NoteForm, PublicNoteForm
from portal.templatetags.charts import columns
from portal.templatetags.ui import due, due_brief, title_lines
from portal.workdays.views import YearForm
from review.decision.forms import ProposeForm
from review.notices.forms import DesignateForm, ObjectionForm, PublicityForm
from review.records.forms import DecideForm, ReportDoneForm, StateCaseForm

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


class Draft(PortalForm):
    asked_later = ("opinion",)
    opinion = forms.CharField(label="推荐意见", required=False)
    remark = forms.CharField(label="备注", required=False)
    fields_of_work = forms.MultipleChoiceField(
        label="服务功能", choices=[("a", "质量"), ("b", "技术")], widget=forms.CheckboxSelectMultiple
    )


def test_no_page_calls_a_note_optional_that_a_rule_demands():
    """A rule that looks into the note says of which objects, and the label asks the same function."""
    looking = {
        place
        for place, rules in requirements_by_verb().items()
        if any("attempt.note.strip()" in inspect.getsource(rule.judge) for rule in rules)
    }
    chosen = {("applications.application", "propose")}  # by what is chosen beside it: the form says so
    assert looking - chosen <= wordy_verbs()
    assert ProposeForm(procedure="REREVIEW")["note"].field.asked_later
    assert not ProposeForm()["note"].field.asked_later


@pytest.mark.django_db
def test_a_deadline_that_is_only_estimated_may_break_before_the_estimate():
    assert str(due(date(2099, 3, 26))).endswith("</span>（节假日安排未录入，日期暂估）")
    assert "暂估" not in due(date(2099, 3, 26), False)


def test_what_a_later_step_asks_for_is_not_called_optional():
    page = str(Draft())
    assert page.count("（选填）") == 1 and page.index("推荐意见") < page.index("备注") < page.index(
        "（选填）"
    )
    assert page.count('id="id_fields_of_work"') == 1


def test_one_year_is_a_column_like_any_other():
    assert float(columns([("2025", 12)])["bars"][0]["w"]) < 340 / 4


def test_whatever_the_trail_speaks_of_has_a_name():
    models = {model._meta.model_name: model for model in apps.get_models()}
    recorded = {action.partition(".")[0] for action, _ in known_actions()} & set(models)
    assert len(recorded) > 20
    assert not [name for name in recorded if models[name].__str__ is Model.__str__]


class Odd(PortalForm):
    name = forms.CharField(label="单位全称", max_length=5)
    share = forms.DecimalField(label="满意度（%）", min_value=0, max_value=100, decimal_places=1)
    mail = forms.EmailField(label="电子邮箱")
    site = forms.URLField(label="网址")
    kind = forms.ChoiceField(label="平台类型", choices=[("", "---------"), ("a", "综合性平台")])


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "字" * 6, "单位全称不能超过 5 个字，现在是 6 个。"),
        ("name", "a\x00", "单位全称含有看不见的控制字符，请删除后重新填写。"),
        ("share", "101", "满意度（％）不能大于 100。"),
        ("share", "-1", "满意度（％）不能小于 0。"),
        ("share", "NaN", "满意度（％）应为数字。"),
        ("share", "1.25", "满意度（％）最多 1 位小数。"),
        ("mail", "x@", "电子邮箱应为电子邮箱地址，例如 name@example.cn。"),
        ("site", "javascript:alert(1)", "网址应为网址，例如 https://example.cn。"),
        ("kind", "z", "请从列表中选择平台类型。"),
    ],
)
def test_a_wrong_value_is_told_in_the_words_of_the_page(field, value, sentence):
    assert Odd({field: value}).errors[field][0] == sentence


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (NoteForm({}, note_required=True), "请填写理由。"),
        (StateCaseForm({}, note_required=True), "请填写陈述意见。"),
        (ReportDoneForm({}), "请填写整改报告。"),
        (ConcludeForm({"finding": "true"}, obj=Complaint(), note_required=True), "请填写结论和理由。"),
        (NoteForm({"note": "字" * 2001}), "意见不能超过 2000 个字，现在是 2001 个。"),
    ],
)
def test_an_act_asks_for_its_words_by_the_name_on_the_page(form, sentence):
    assert form.errors["note"] == [sentence]
    assert form.fields["note"].label in sentence


def test_an_open_choice_is_named():
    assert "---------" not in str(Odd()) and "请选择" in str(Odd())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("password", "sentence"), [("短", "密码至少 12 位，请重新填写。"), ("394857201948", "密码只包含数字。")]
)
def test_a_weak_password_is_refused_in_chinese(client, password, sentence):
    page = client.post("/register/", {"username": "wang", "password": password}).content.decode()
    assert sentence in page and "password" not in page.partition("请先更正")[2].partition("</ul>")[0].replace(
        "id_password", ""
    )


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["li\u200bming", "李 明", "<b>"])
def test_no_new_account_is_called_like_another(client, name):
    page = client.post("/register/", {"username": name}).content.decode()
    assert "用户名只能用英文字母" in page


@pytest.mark.django_db
def test_registering_tells_nobody_whose_name_exists(client, mailoutbox):
    create_account(username="liming", name="李明", role=Role.MINISTRY_LEAD, by=None)
    typed = {
        "name": "王越",
        "email": "w@x.example",
        "phone": "13800001111",
        "password": "violet-kettle-harbour-9",
    }
    for name in ("LIMING", "nobody"):
        answer = client.post("/register/", {**typed, "username": name}, follow=True)
        made = User.objects.get(username__startswith=f"{name}-")
        assert re.fullmatch(rf"{name}-\d{{4}}", made.username) and made.username in answer.content.decode()
        drain_outbox()
        assert made.username in mailoutbox[-1].body
        client.logout()


@pytest.mark.parametrize(
    ("form", "field", "reach"),
    [
        (NoteForm(), "note", "不公开"),
        (PublicNoteForm(), "note", "将公开"),
        (DecideForm(effects=("撤销称号",)), "note", "将公开"),
        (ProposeForm(procedure="REREVIEW"), "note", "将公开"),
        (ProposeForm(procedure="DESIGNATION"), "note", "不公开"),
        (PublicityForm(length=15), "supervision_phone", "将公开"),
        (PublicityForm(length=15), "note", "不公开"),
        (DesignateForm(), "document_number", "将公开"),
        (PostingForm(), "phone", "将公开"),
        (OrganisationForm(), "name", "将公开"),
        (OrganisationForm(), "legal_person", "不公开"),
        (EndForm(), "reason", "不公开"),
        (YearForm(year=2027), "source", "将公开"),
    ],
)
def test_who_will_read_what_is_typed_is_said_at_the_field(form, field, reach):
    assert says(form, field) == f"（{reach}）"


def says(form, field: str) -> str:
    label = form.render().partition(f'for="id_{field}"')[2].partition("</label>")[0]
    return label[label.rindex("（") : label.rindex("）") + 1]


@pytest.mark.django_db
def test_who_will_read_it_is_said_to_units_and_to_who_writes_from_outside():
    platform = PlatformForm(organisation=Organisation())
    assert [says(platform, name) for name in ("name", "contact", "address")] == [
        "（将公开）",
        "（是否公开由您决定）",
        "（不公开）",
    ]
    assert says(ObjectionForm(sender="127.0.0.1"), "contact") == "（不公开）"


def test_what_a_form_calls_public_is_a_field_of_it():
    wrong = [
        f"{form.__name__}.{name}"
        for base in (PortalForm, PortalModelForm)
        for form in descendants(base)
        for name in (*form.goes_public, *form.public_by_choice)
        if name not in form.base_fields and (form.__name__, name) not in ADDED_LATER
    ]
    assert wrong == []


ADDED_LATER = {("ChangeForm", "contact")}  # a form that makes its fields when it is made


def descendants(kind) -> set:
    return {kind, *(one for child in kind.__subclasses__() for one in descendants(child))}


TYPED = re.compile(r"<(?:textarea|input)[^>]*>")
UNTYPED = re.compile(
    r'type="(?:hidden|checkbox|radio|file|date|time|number|password|submit|search)"|inputmode="(?:numeric|decimal)"'
)
# Names of one's own account and view, an answer to a sum, what is read into a table and shown before it is kept.
NOBODY_DOUBTS = {
    "portal/login.html": "username",
    "portal/accounts/_add_passkey.html": "passkey-name",
    "review/queue/_foot.html": "name",
    "applications/spec/table.html": ".paste",
    "applications/spec/input.html": "",  # labelled by fields.html
    "ui/filter.html": "",  # what a list is searched for is kept nowhere
}


def typed_by_hand() -> list[tuple[str, str]]:
    """(template, field) of every field of words that a page writes without a form class and sends to be kept."""
    found = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        text, name = path.read_text(), str(path.relative_to(TEMPLATES))
        parts = FORMS.findall(text) or ([text] if "<form" not in text else [])
        for field in TYPED.findall("".join(parts)):
            known = name in NOBODY_DOUBTS and NOBODY_DOUBTS[name] in field
            if not UNTYPED.search(field) and not known:
                found.append((name, field))
    return found


FORMS = re.compile(r'<form[^>]*method="post".*?</form>', re.DOTALL)


# A line that is drawn apart, and the page that says once above all of them who will read what is typed.
DRAWN_FOR = {"review/decision/_line.html": "review/decision/decision.html"}


def test_who_will_read_it_is_said_at_fields_that_a_page_writes_by_hand():
    fields = typed_by_hand()
    assert len(fields) > 20
    said_in = {name: DRAWN_FOR.get(name, name) for name, _ in fields}
    silent = {name for name, page in said_in.items() if "{% reach" not in (TEMPLATES / page).read_text()}
    assert silent == set()


def test_a_reason_reads_to_the_signer_as_it_was_chosen():
    """One code has one wording, whoever gives the reason: refusals once reached the signer in the province's words."""
    chosen = [pair for group in (CORRECTION, REFUSAL, DECLINE, REJECTION) for pair in group]
    assert [(code, words) for code, words in chosen if ALL[code] != words] == []


@pytest.mark.django_db
@pytest.mark.parametrize("day", range(20, 32))
def test_a_narrow_column_says_of_a_deadline_what_every_page_and_letter_says(day):
    deadline, today = date(2026, 3, 27), date(2026, 3, day)
    with clock.standing_at(clock.start_of(today)):
        brief, whole = (strip_tags(word) for word in (due_brief(deadline), due(deadline, with_date=False)))
    assert " ".join(brief.split()) == whole == calendar().words_until(today, deadline)


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (10, 12, "2025：12，比 2024 多 2。"),
        (12, 10, "2025：10，比 2024 少 2。"),
        (5, 5, "2025：5，与 2024 相同。"),
    ],
)
def test_a_chart_of_years_says_in_words_what_its_last_column_shows(before, now, words):
    assert columns([("2024", before), ("2025", now)])["says"] == words
    assert columns([("2025", now)])["says"] == ""


def test_a_title_on_a_page_turns_where_a_word_ends():
    shown = str(title_lines("关于 2026 年度国家中小企业公共服务示范平台拟认定名单（第二批）的公示"))
    lines = re.findall(r'<span class="titleline">(.*?)</span>', shown)
    assert len(lines) == 2 and lines[1].startswith("示范平台")
    assert "&lt;b&gt;" in title_lines("<b>")


def test_no_page_says_a_forms_errors_twice():
    """`{{ form }}` begins with them: a summary before it in the same branch would be the second of one id."""
    twice = re.compile(r"{% error_summary (\w+) %}(?:(?!{% else %}).)*?{{ \1 }}", re.DOTALL)
    found = [page.name for page in TEMPLATES.rglob("*.html") if twice.search(page.read_text())]
    assert found == []


def test_every_act_that_is_recorded_has_words():
    """A timeline never shows importbatch.name_notice."""
    texts = [
        path.read_text("utf-8")
        for app in ("portal", "platforms", "applications", "review")
        for path in Path(app).rglob("*.py")
    ]
    recorded = {name for text in texts for name in re.findall(r'audit\.record\(\s*action="(\w+)"', text)}
    worded = {name for text in texts for name in re.findall(r'"[a-z]+\.([a-z_]+)": "', text)}
    verbs = {action.partition(".")[2] for action, _ in known_actions()}
    assert len(recorded) > 80
    assert recorded - worded - verbs - {"export"} == set()
