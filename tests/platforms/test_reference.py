"""Reference data against the text of the regulation itself."""

from __future__ import annotations

import re

import pytest

from platforms.functions import Function
from platforms.models import Platform, Recommender
from portal.regulation import article


def test_functions_are_those_of_the_text():
    """Art. 2: the eleven public services, in its words and its order."""
    listed = re.search(r"主要包括：(.+?)等。", article(2).text)[1].split("、")
    assert Function.labels == listed


def test_kinds_are_those_of_the_text():
    """Art. 2: a platform of several functions, or of one that stands out."""
    assert all(label in article(2).text for label in Platform.Kind.labels)


@pytest.mark.django_db
def test_every_department_is_there_once():
    """Art. 3: provinces, autonomous regions, municipalities, cities with separate plans, and the corps."""
    rows = list(Recommender.objects.filter(kind="department"))
    assert (
        len({row.name for row in rows})
        == len({row.label for row in rows})
        == len({row.mark for row in rows})
        == 37
    )
    assert {"大连", "青岛", "宁波", "厦门", "深圳", "兵团"} < {row.label for row in rows}
