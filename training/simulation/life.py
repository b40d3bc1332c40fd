"""Years of life: each step on its day, the clock's own jobs between them, the invariants after every step."""

from __future__ import annotations

import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from datetime import time as clock_time

from django.db import connection
from django.utils import timezone

from applications.models import Application, Cycle
from platforms.models import AnnualSummary, Designation, Suspension
from portal.kernel import clock, daily, outbox
from portal.kernel.models.clock import DailyRun
from portal.models import AuditEvent, CalendarYear, OutboxMessage
from portal.shared.digests import canonical_json, sha256_hex
from portal.shared.waiting import nobody_else_waits
from portal.trail.verification import verify_trail
from review.models import Objection, Rectification, Revocation, SpotCheck
from training.simulation.aftermath import Aftermath
from training.simulation.chance import Chance
from training.simulation.company import Company
from training.simulation.invariants import broken
from training.simulation.round import Round
from training.simulation.spread import spread

LEFT_OUT = ("mail", "receipt_pdf")
PDF_SHARE = 100  # one receipt in a hundred is rendered, the others are left out


class InvariantBroken(Exception):
    """The simulation stops where something does not hold."""


class Life:
    """`dossiers` are filed in every year, by `hands` processes at once."""

    def __init__(
        self,
        *,
        seed: int,
        years: int,
        dossiers: int,
        last_year: int,
        say: Callable[[str], None],
        hands: int = 1,
    ):
        self.seed, self.dossiers, self.say, self.hands = seed, dossiers, say, hands
        self.years = range(last_year - years + 1, last_year + 1)
        self.company = Company(Chance(seed), self.years[0])
        self.checks = self.seen = 0
        self.began = time.monotonic()

    def live(self) -> None:
        """Play everything that has not been played; a run that was broken off goes on at its step."""
        with nobody_else_waits():
            self._live()

    def _live(self) -> None:
        for position, year in enumerate(self.years):
            if position:
                self._play(year, self._aftermath(year - 1), early=True)
            self._play(year, Round(self.company, year, dossiers=self.dossiers, hands=self.hands))
            self._play(year, self._aftermath(year))
            self._report(year)
        self._play(self.years[-1] + 1, self._aftermath(self.years[-1]), early=True)

    def _aftermath(self, year: int) -> Aftermath:
        return Aftermath(self.company, year, hands=self.hands)

    def _play(self, year: int, part, *, early: bool = False) -> None:
        """A whole life may be one transaction, which autovacuum never sees: the planner's figures are made here."""
        for name, day in part.early_steps() if early else part.steps():
            job = f"simulate.{self.seed}.{type(part).__name__}.{'early.' if early else ''}{name}"
            if DailyRun.objects.filter(job=job, day=day).exists():
                continue
            with clock.standing_at(timezone.make_aware(datetime.combine(day, clock_time(0, 10)))):
                daily.run_due_days()
            with clock.standing_at(timezone.make_aware(datetime.combine(day, clock_time(10)))):
                getattr(part, name)()
                self._settle()
                wrong = broken(since=self.seen)
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
            self.checks += 1
            self.seen = AuditEvent.objects.latest("pk").pk
            if wrong:
                raise InvariantBroken(f"{year} {name}：" + "；".join(wrong[:5]))
            DailyRun.objects.create(job=job, day=day)

    def _settle(self) -> None:
        """Deliver messages in the portal; mail is left out, and all receipts but one in a hundred."""
        waiting = OutboxMessage.objects.filter(done_at=None)
        while todo := list(waiting.exclude(topic__in=LEFT_OUT).values_list("pk", flat=True)):
            spread(outbox.handle, todo, hands=self.hands)
            if failed := waiting.exclude(error="").first():
                raise InvariantBroken(f"{failed.topic} 未能送达：{failed.error}")
        for pk in waiting.filter(topic="receipt_pdf").values_list("pk", flat=True):
            if pk % PDF_SHARE == 0:
                outbox.handle(pk)
        waiting.update(done_at=timezone.now())

    def _report(self, year: int) -> None:
        own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        peak = max(own.ru_maxrss, others.ru_maxrss) // 1024
        cpu = own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime
        filed = Application.objects.filter(cycle__year=year)
        titles = Designation.objects.filter(year=year).count()
        self.say(
            f"{year} 年度：{filed.count()} 件，授予 {titles}；累计 {time.monotonic() - self.began:.0f} 秒，"
            f"处理器 {cpu:.0f} 秒，单进程内存峰值 {peak} MB，不变式核对 {self.checks} 次"
        )

    # --- what came of it ---

    def outcomes(self) -> Iterator[tuple]:
        """Every end, by names that do not depend on chance keys of the database."""
        rows = Application.objects.order_by(
            "cycle__year", "platform__organisation__uscc", "procedure", "created_at"
        )
        yield from rows.values_list(
            "cycle__year", "platform__organisation__uscc", "procedure", "state", "outcome_code"
        )
        yield from Designation.objects.order_by("number").values_list(
            "number", "platform__organisation__uscc", "state", "review_year", "ended_on"
        )
        yield from Suspension.objects.order_by("year", "recommender__code").values_list(
            "year", "recommender__code", "state"
        )
        yield from Revocation.objects.order_by("number").values_list(
            "number", "title__number", "ground", "state"
        )
        yield from SpotCheck.objects.order_by("plan__year", "position").values_list(
            "plan__year", "title__number", "state"
        )

    def digest(self) -> str:
        """The same seed gives the same digest, on any machine and after any interruption."""
        return sha256_hex(canonical_json([[str(value) for value in row] for row in self.outcomes()]).encode())

    def summary(self) -> dict[str, object]:
        def tally(model) -> dict[str, int]:
            labels = dict(model._meta.get_field("state").choices)
            found = Counter(model.objects.values_list("state", flat=True))
            return {labels[state]: number for state, number in found.most_common()}

        return {
            "年度": f"{self.years[0]}—{self.years[-1]}（{Cycle.objects.filter(state='CLOSED').count()} 个已结束）",
            "申报": tally(Application),
            "称号": tally(Designation),
            "年度总结": tally(AnnualSummary),
            "异议": tally(Objection),
            "抽查": tally(SpotCheck),
            "整改": tally(Rectification),
            "撤销程序": tally(Revocation),
            "暂停申报": tally(Suspension),
            "操作记录": AuditEvent.objects.count(),
            "操作记录断点": len(verify_trail().breaks),
            "结果摘要": self.digest(),
        }


def last_announced_year() -> int:
    """The last year whose calendar is announced; nothing legal happens on a provisional one."""
    return CalendarYear.objects.order_by("-year").values_list("year", flat=True)[0]
