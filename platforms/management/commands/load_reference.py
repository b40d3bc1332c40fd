from __future__ import annotations

from django.core.management.base import BaseCommand
from django.db import transaction

from platforms.recommenders.reference import load_departments
from portal.kernel.calendar import forget
from portal.models import CalendarDay, CalendarYear
from portal.shared.workingdays import from_chinesecalendar

FIRST, LAST = 2010, 2026


class Command(BaseCommand):
    help = "Load the 37 departments and the statutory calendar 2010–2026; what exists is left alone."

    @transaction.atomic
    def handle(self, **options):
        known = set(CalendarYear.objects.values_list("year", flat=True))
        years = [year for year in range(FIRST, LAST + 1) if year not in known]
        CalendarYear.objects.bulk_create(
            CalendarYear(year=year, source=f"国务院办公厅关于 {year} 年部分节假日安排的通知")
            for year in years
        )
        deviations = from_chinesecalendar(FIRST, LAST).deviations
        CalendarDay.objects.bulk_create(
            CalendarDay(day=day, year_id=day.year, is_workday=works, name=name)
            for day, (works, name) in deviations.items()
            if day.year in years
        )
        forget()
        departments = load_departments()
        self.stdout.write(f"推荐单位新增 {departments} 个，节假日安排新增 {len(years)} 年。")
