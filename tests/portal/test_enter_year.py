"""A year is entered from the notice, on the page or by a command; until then its dates are estimates."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from portal.kernel.calendar import calendar, read_days

pytestmark = pytest.mark.django_db
NOTICE = "\n".join(
    [
        *(f"1-{day} 休 元旦" for day in (1, 2, 3)),
        *(f"2-{day} 休 春节" for day in range(5, 12)),
        "2-14 班 春节调休",
        "2月28日 班",
    ]
)


def test_the_command_ends_the_estimate(tmp_path):
    (tmp_path / "notice").write_text(NOTICE, encoding="utf-8")
    assert calendar().is_provisional(date(2027, 2, 14))
    call_command("enter_year", "2027", source="国办发明电〔2026〕9 号", file=str(tmp_path / "notice"))
    assert not calendar().is_provisional(date(2027, 2, 14))
    assert calendar().is_workday(date(2027, 2, 14))  # a Sunday that makes up for the holiday
    assert not calendar().is_workday(date(2027, 2, 5))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("十月一日 休", "第 1 行“十月一日 休”无法识别"),
        (NOTICE + "\n2-30 休 春节", "不是有效日期"),
        (NOTICE + "\n1-1 休 元旦", "与前面重复：01-01"),
        ("1-1 休 元旦", "请核对是否录全"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_days(2027, text)


def test_the_command_says_it_in_one_sentence(tmp_path):
    (tmp_path / "notice").write_text("1-1 休 元旦", encoding="utf-8")
    with pytest.raises(CommandError, match="请核对是否录全"):
        call_command("enter_year", "2027", source="通知", file=str(tmp_path / "notice"))
