"""What an edition works out by itself, at its edges: rubrics, overlays, windows, sizes, what may be relaxed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from applications.editions import get_edition, overlay
from applications.editions.limits import limits_of_edition
from applications.editions.model import UNKNOWN
from applications.editions.scoring import dimensions_from, problems_of, to_json

EDITION = get_edition("interim-2010")
RUBRIC = EDITION.rubric


def test_a_rubric_is_used_only_when_it_is_whole():
    assert problems_of(RUBRIC) == []
    assert problems_of(()) == ["评分维度应为 1 到 10 个，现为 0 个。"]
    ten = [replace(RUBRIC[0], name=f"维度{number}", weight=10) for number in range(10)]
    assert problems_of(ten) == []
    eleven = [*ten, replace(RUBRIC[0], name="又一维度", weight=0)]
    assert problems_of(eleven) == ["评分维度应为 1 到 10 个，现为 11 个。"]
    twice = [replace(row, name="同名") for row in RUBRIC]
    assert problems_of(twice) == ["评分维度的名称不能重复。"]
    heavy = [replace(RUBRIC[0], weight=21), *RUBRIC[1:]]
    assert problems_of(heavy) == ["各维度权重合计应为 100%，现为 101%。"]
    silent = [replace(RUBRIC[0], anchors=(*RUBRIC[0].anchors[:3], ("90—100", ""))), *RUBRIC[1:]]
    assert problems_of(silent) == ["请填写“运营情况”的全部分档说明。"]
    assert dimensions_from(to_json(RUBRIC)) == RUBRIC
    with pytest.raises(ValueError, match="现为 101%"):
        dimensions_from(to_json(heavy))


@pytest.mark.django_db
def test_the_limits_that_a_summary_is_held_against():
    """Of all thresholds the two that a year of service has a figure for."""
    assert limits_of_edition() == {"smes_served": 100, "satisfaction": 80}


def test_what_a_year_may_lay_over_its_edition():
    assert overlay(EDITION, {}) is EDITION
    changed = overlay(EDITION, {"thresholds": {"smes": "120"}, "publicity_days": 20})
    assert (changed.threshold("smes").value, changed.threshold("staff").value) == (120, 20)
    assert changed.publicity_days == 20
    for patch, words in (
        ({"honour": "x"}, "“honour”不能在年度中调整。"),
        ({"thresholds": {"unheard": 1, "smes": 1}}, "没有这项条件：unheard。"),
        ({"thresholds": {"smes": "许多"}}, "条件的数值应为数字。"),
    ):
        with pytest.raises(ValueError, match=words):
            overlay(EDITION, patch)


def test_what_an_edition_answers():
    assert EDITION.relaxable_items == ("一", "三", "四")
    assert EDITION.may_relax("smes") and not EDITION.may_relax("unheard")
    strict = replace(EDITION, thresholds=tuple(replace(row, relaxable=False) for row in EDITION.thresholds))
    assert strict.relaxable_items == () and not strict.may_relax("smes")
    assert EDITION.window_in(2027) == (date(2027, 4, 1), date(2027, 4, 30))
    assert replace(EDITION, window=UNKNOWN).window_in(2027) is None
    assert replace(EDITION.materials[1], max_megabytes=3).max_bytes == 3_145_728
    assert [row.code for row in EDITION.materials if row.is_declaration] == ["declaration"]
    assert EDITION.materials_for("DESIGNATION") == EDITION.materials != EDITION.materials_for("REREVIEW")
    assert not UNKNOWN and str(UNKNOWN) == "未取得原文"
    unknown = replace(EDITION, publicity_days=UNKNOWN, window=UNKNOWN, materials=())
    assert unknown.unknown_parts() == ["公示期", "办理时间", "申报材料"]
