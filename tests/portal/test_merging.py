"""Merging by field in the shared form renderer: base, mine, theirs."""

from __future__ import annotations

import pytest
from django import forms
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from portal.kernel.permissions import Role
from portal.models import User
from portal.pages.forms import PortalForm
from portal.pages.merging import mark_of, marked, merge
from tests.factories import people


class Card(PortalForm):
    edits_stored = True
    name = forms.CharField(label="姓名")
    title = forms.CharField(label="职务", required=False)
    phone = forms.CharField(label="手机", required=False)
    is_active = forms.BooleanField(label="启用", required=False)


WORD = st.sampled_from(["", "a", "b", "c"])


@given(WORD, WORD, WORD)
def test_the_law_of_the_three_texts(base, mine, theirs):
    result = merge({"x": mark_of(base)}, {"x": mine}, {"x": theirs}, {})
    if mine == theirs or theirs == base:
        assert (result.values["x"], result.asked) == (mine, [])
    elif mine == base:
        assert (result.values["x"], result.taken, result.asked) == (theirs, ["x"], [])
    else:
        assert result.asked == ["x"]


def test_what_differs_is_marked_and_escaped():
    assert marked("甲<b>", "乙<b>") == ("<del>甲</del>&lt;b&gt;", "<ins>乙</ins>&lt;b&gt;")


@pytest.fixture
def account(db):
    return people.user(Role.APPLICANT, "clerk")


def page_of(account, data=None) -> Card:
    return Card(data, initial={name: getattr(account, name) for name in Card.base_fields})


def sent(account, **changes) -> QueryDict:
    """What a browser sends that opened the page now."""
    form = html.fragment_fromstring(f"<form>{page_of(account)}</form>")
    body = QueryDict(mutable=True)
    for name, value in {**dict(form.form_values()), **changes}.items():
        body[name] = value
    return body


def test_any_form_that_edits_keeps_what_another_changed_meanwhile(account):
    mine = sent(account, phone="13900000000")
    User.objects.filter(pk=account.pk).update(title="新职务", is_active=False)
    account.refresh_from_db()
    form = page_of(account, mine)
    assert form.is_valid(), form.errors
    cleaned = form.cleaned_data
    assert (cleaned["title"], cleaned["phone"], cleaned["is_active"]) == ("新职务", "13900000000", False)


@pytest.mark.parametrize(("choice", "kept"), [("theirs", "对方的"), ("mine", "我的")])
def test_a_field_that_both_changed_is_asked_about_at_its_place(account, choice, kept):
    mine = sent(account, title="我的")
    User.objects.filter(pk=account.pk).update(title="对方的")
    account.refresh_from_db()
    form = page_of(account, mine)
    assert list(form.errors) == ["title"]
    shown = html.fragment_fromstring(f"<form>{form}</form>")
    assert [one.get("value") for one in shown.xpath(".//input[@name='_take_title']")] == ["theirs", "mine"]
    again = QueryDict(mutable=True)
    for name, value in shown.form_values():
        again[name] = value
    assert not page_of(account, again).is_valid()
    again["_take_title"] = choice
    answered = page_of(account, again)
    assert answered.is_valid(), answered.errors
    assert answered.cleaned_data["title"] == kept
