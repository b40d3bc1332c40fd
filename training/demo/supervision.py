"""A short story for 动态管理: five titles of one province, three of them under re-review in their third year."""

from __future__ import annotations

from datetime import date, datetime

from applications.states import Procedure
from portal.kernel import clock, outbox
from portal.kernel.calendar import calendar
from training.demo import officials
from training.demo.actors import staff_of
from training.demo.dossiers import file_dossier, submit
from training.demo.story import Story, stand_at

PROVINCE = "浙江"
PRESENT = datetime(2026, 5, 6, 9, 30)


class Supervision(Story):
    def tell(self) -> None:
        """Stands on the day on which the ministry decides about the three re-reviews."""
        self.is_told = True
        self.cast()
        self.past_year(2023, (PROVINCE,) * 5)
        cycle = self.cycle(2026, calendar().previous_workday(date(2026, 3, 27)))
        rows, units = [], list(self.units.values())
        for unit in units[:3]:
            with self.on(date(2026, 3, 3)):
                rows.append(submit(file_dossier(unit, cycle, procedure=Procedure.REREVIEW), unit))
        with self.on(date(2026, 3, 18)):
            for row in rows:
                handler, signer = staff_of(row.recommender)
                officials.evaluate(row, handler, day=clock.today(), score=84)
                officials.recommend(row, signer)
        with self.on(date(2026, 4, 9)):
            self.report(cycle, rows, Procedure.REREVIEW)
            for number, row in enumerate(rows):
                officials.accept(row, self.people["miit_officer"])
                officials.review(row, self.people["miit_officer"], base=86 - 9 * number)
        stand_at(PRESENT)
        outbox.drain_outbox(leave=("receipt_pdf",))
