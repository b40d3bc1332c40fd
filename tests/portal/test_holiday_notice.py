"""The State Council's sentences give the same days as the calendar's package."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest

from portal.kernel.calendar import read_days

NOTICE_2026 = """国务院办公厅关于2026年部分节假日安排的通知
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。"""


def test_the_notice_of_a_year_is_read_as_it_was_published():
    days = read_days(2026, NOTICE_2026)
    assert len(days) == 39
    for offset in range(365):
        day = date(2026, 1, 1) + timedelta(days=offset)
        works = days[day][0] if day in days else day.weekday() < 5
        assert works == chinese_calendar.is_workday(day), day
    assert days[date(2026, 2, 28)] == (True, "春节调休")


def test_a_day_that_cannot_be_is_told():
    with pytest.raises(ValueError, match="2月30日"):
        read_days(2026, "春节：2月30日放假。")
