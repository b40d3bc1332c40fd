"""A year is entered from the notice, on the page or by a command; until then its dates are estimates."""

import time
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from portal.kernel import calendar as calendars
from portal.kernel import signoff
from portal.kernel.calendar import calendar, enter_year, read_days
from portal.kernel.permissions import Role
from portal.models import SignOff
from tests.factories import people

pytestmark = pytest.mark.django_db
NOTICE = "\n".join(
    [
        *(f"1-{day} 休 元旦" for day in (1, 2, 3)),
        *(f"2-{day} 休 春节" for day in range(5, 12)),
        "2-14 班 春节调休",
        "2月28日 班",
    ]
)


def enter(tmp_path, text: str, by: str = "admin-1") -> None:
    (tmp_path / "notice").write_text(text, encoding="utf-8")
    call_command("enter_year", "2027", source="国办发明电〔2026〕9 号", by=by, file=str(tmp_path / "notice"))


def test_what_the_command_proposes_another_administrator_signs(tmp_path):
    """Who may type on the server is one person too: the estimate ends with the second signature."""
    first, second = (people.user(Role.ADMINISTRATOR, f"admin-{number}") for number in (1, 2))
    assert calendar().is_provisional(date(2027, 2, 14))
    enter(tmp_path, NOTICE)
    assert calendar().is_provisional(date(2027, 2, 14))
    act = SignOff.objects.get()
    assert (act.proposer, act.note) == (first, "由主机命令行录入")
    with pytest.raises(CommandError, match="等待审签"):
        enter(tmp_path, NOTICE)
    signoff.sign(act, by=second)
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
    with pytest.raises(CommandError, match="请核对是否录全"):
        enter(tmp_path, "1-1 休 元旦")
    with pytest.raises(CommandError, match="没有用户名为“nobody”的系统管理员"):
        enter(tmp_path, NOTICE, by="nobody")


def test_what_was_read_of_the_old_year_before_the_commit_is_read_anew(django_capture_on_commit_callbacks):
    """Another thread asks between the entry and its commit, and keeps what it was told: the year that goes."""
    calendars.forget()
    old = calendar()
    with django_capture_on_commit_callbacks(execute=True):
        enter_year(2027, source="通知", days=read_days(2027, NOTICE), by=people.user(Role.ADMINISTRATOR))
        assert calendar().is_workday(date(2027, 2, 14))
        calendars._cached = (time.monotonic() + 60, calendars._version(), old)
        assert not calendar().is_workday(date(2027, 2, 14))
    assert calendar().is_workday(date(2027, 2, 14))
