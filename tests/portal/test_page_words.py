"""Small things that every page shows: deadlines, charts, what a form calls optional."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.apps import apps
from django.db.models import Model

from portal.audit_words import known_actions
from portal.forms import PortalForm
from portal.templatetags.ui import columns, due


class Draft(PortalForm):
    asked_later = ("opinion",)
    opinion = forms.CharField(label="推荐意见", required=False)
    remark = forms.CharField(label="备注", required=False)
    fields_of_work = forms.MultipleChoiceField(
        label="服务功能", choices=[("a", "质量"), ("b", "技术")], widget=forms.CheckboxSelectMultiple
    )


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
