"""One yearly round, step by step on the stepped clock; each step takes up what stands where it begins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet

from applications.corrections.models import Stage
from applications.corrections.services import request_correction
from applications.models import Application, Cycle
from applications.rereviews.cohort import unfiled
from applications.states import Procedure
from platforms.models import Platform
from portal.kernel.calendar import calendar
from portal.kernel.workflow import TransitionBlocked, missing, perform
from portal.models import User
from review.models import NoticeItem, Objection
from review.objections.services import answer, pass_on, receive_objection, take_on
from review.panels.services import draw_panels
from review.rereview import failing
from training.demo import officials
from training.demo.dossiers import file_dossier, submit
from training.simulation.company import Company
from training.simulation.spread import spread

BATCH = 50
PROCEDURES = (Procedure.DESIGNATION, Procedure.REREVIEW)


class Round:
    """`dossiers` a year: the re-reviews that are filed, and new platforms for the rest."""

    def __init__(self, company: Company, year: int, *, dossiers: int, hands: int = 1):
        self.company, self.year, self.dossiers, self.hands = company, year, dossiers, hands
        self.chance, self.people = company.chance, company.people

    def steps(self) -> Iterator[tuple[str, date]]:
        """Name and day of each step, in order."""
        days, year = calendar(), self.year
        plan = (
            ("open_round", date(year, 1, 12)),
            ("file_rereviews", date(year, 3, 2)),
            ("file_designations", date(year, 3, 3)),
            ("receive", date(year, 3, 12)),
            ("answer_corrections", date(year, 3, 16)),
            ("evaluate", date(year, 3, 19)),
            ("recommend", date(year, 3, 24)),
            ("report", date(year, 4, 8)),
            ("check", date(year, 4, 14)),
            ("answer_supplements", date(year, 4, 20)),
            ("review", date(year, 4, 24)),
            ("propose", date(year, 5, 11)),
            ("publicise", date(year, 5, 15)),
            ("object", date(year, 5, 20)),
            ("answer_objections", date(year, 5, 27)),
        )
        for name, day in plan:
            yield name, days.next_workday(day)
        yield "decide", days.add_workdays(self.start, 17)

    @property
    def start(self) -> date:
        """The first day of this year's publicity."""
        days = calendar()
        return days.next_workday(days.next_workday(date(self.year, 5, 15)) + timedelta(days=1))

    @property
    def cycle(self) -> Cycle:
        return Cycle.objects.national().get(year=self.year)

    def rows(self, *states: str, procedure: str = "") -> QuerySet[Application]:
        found = Application.objects.filter(cycle__year=self.year, state__in=states)
        if procedure:
            found = found.filter(procedure=procedure)
        return found.select_related(
            "platform__organisation", "platform__jurisdiction", "recommender", "cycle", "designation"
        ).order_by("platform__organisation__uscc", "procedure")

    def key(self, row: Application) -> str:
        return f"{row.platform.organisation.email}|{row.procedure}"

    def fate(self, share: float, question: str, row: Application) -> bool:
        return self.chance.happens(share, question, self.year, self.key(row))

    # --- applicants ---

    def open_round(self) -> None:
        self.company.round(self.year)

    def file_rereviews(self) -> None:
        cycle = self.cycle
        due = list(unfiled(cycle).select_related("platform__organisation").order_by("number"))

        def file(title) -> None:
            if not self.chance.happens(0.08, "forgets", self.year, title.number):
                self._file(self.company.unit_of(title.platform), cycle, Procedure.REREVIEW)

        self._each(file, due)

    def file_designations(self) -> None:
        """Those that a suspension kept out last year, and new platforms for what is left of the year's number."""
        cycle = self.cycle
        filed = Application.objects.filter(cycle=cycle, procedure=Procedure.REREVIEW).count()
        kept_out = Application.objects.filter(
            cycle__year=self.year - 1, state="DRAFT", procedure=Procedure.DESIGNATION
        ).select_related("platform__organisation")
        again = [self.company.number_of(row.platform) for row in kept_out]
        known = Platform.objects.filter(applications__cycle__year__lt=self.year).distinct().count()
        new = range(known + 1, known + 1 + max(self.dossiers - filed - len(again), 0))

        def file(number: int) -> None:
            unit = self.company.unit(number, self.year)
            if not Application.objects.filter(cycle=cycle, platform=unit.platform).exists():
                self._file(unit, cycle, Procedure.DESIGNATION)

        self._each(file, [*again, *new])

    def _each(self, work: Callable, items: Iterable) -> None:
        spread(work, items, hands=self.hands)

    def _file(self, unit, cycle: Cycle, procedure: str) -> None:
        with transaction.atomic():
            row = file_dossier(unit, cycle, procedure=procedure)
            try:
                with transaction.atomic():
                    submit(row, unit)
            except TransitionBlocked as refusal:
                if "已暂停" not in str(refusal):
                    raise  # a suspended jurisdiction's draft stays (Art. 15); nothing else may be refused

    # --- recommenders ---

    def receive(self) -> None:
        for row in self.rows("SUBMITTED"):
            if self.fate(0.02, "withdraws", row):
                perform(row, "withdraw", by=self.company.unit_of(row.platform).user, note="单位内部调整")
            elif self.fate(0.06, "incomplete", row):
                code = "audit" if row.procedure == Procedure.DESIGNATION else "audit3"
                items = [{"code": code, "reason": "no_signature", "words": "缺少签字页。"}]
                request_correction(
                    row, stage=Stage.RECOMMENDER, items=items, by=self.company.staff(row.recommender)[0]
                )

    def answer_corrections(self) -> None:
        for row in self.rows("RETURNED"):
            if not self.fate(0.1, "silent", row):
                submit(row, self.company.unit_of(row.platform), reply="已补充")

    def evaluate(self) -> None:
        def evaluate(row: Application) -> None:
            officer, _ = self.company.staff(row.recommender)
            weak = self.fate(0.08, "weak", row)
            with transaction.atomic():
                officials.evaluate(
                    row,
                    officer,
                    day=row.cycle.handling_from.replace(month=3, day=19),
                    score=62 if weak else 80 + int(self.chance.roll("score", self.key(row)) * 12),
                    opinion="fail" if weak and row.procedure == Procedure.REREVIEW else "pass",
                )

        self._each(evaluate, self.rows("SUBMITTED"))

    def recommend(self) -> None:
        for row in self.rows("UNDER_EVALUATION"):
            officer, head = self.company.staff(row.recommender)
            if row.procedure == Procedure.DESIGNATION and row.province_score < 70:
                officials.two_persons(
                    [row],
                    "decline",
                    proposer=officer,
                    signer=head,
                    note="示范性不足，择优未列入。",
                    reason_code="weak",
                )
            else:
                officials.recommend(row, head)

    def report(self) -> None:
        for procedure in PROCEDURES:
            rows = list(self.rows("RECOMMENDED", procedure=procedure))
            by_code = {row.recommender.code: row.recommender for row in rows}
            for code in sorted(by_code):
                of_one = [row for row in rows if row.recommender.code == code]
                self.company.report(of_one[0].cycle, of_one, procedure)

    # --- the ministry ---

    def check(self) -> None:
        officer = self.people["miit_officer"]
        for row in self.rows("REPORTED"):
            if row.procedure == Procedure.DESIGNATION and self.fate(0.03, "refused", row):
                self._two([row], "refuse", note="审计报告年度不符。", reason_code="incomplete")
            elif self.fate(0.05, "supplement", row):
                code = "smes" if row.procedure == Procedure.DESIGNATION else "summary3"
                items = [{"code": code, "reason": "figures_mismatch", "words": "请核对。"}]
                request_correction(row, stage=Stage.MINISTRY, items=items, by=officer)
            else:
                officials.accept(row, officer)

    def answer_supplements(self) -> None:
        for row in self.rows("SUPPLEMENTING"):
            submit(row, self.company.unit_of(row.platform), reply="已核对补充")
            officials.accept(row, self.people["miit_officer"])

    def review(self) -> None:
        """Panels are drawn for many at once, as on the page; then every panel sits by itself."""
        for rows in batches(list(self.rows("ACCEPTED"))):
            draw_panels(
                rows, by=self.people["miit_officer"], seed=f"simulated-{self.year}-{self.key(rows[0])}"
            )

        def sit(row: Application) -> None:
            poor = self.fate(0.1, "poor", row)
            base = 58 if poor else 76 + int(self.chance.roll("review", self.key(row)) * 14)
            with transaction.atomic():
                officials.sit(row, self.people["miit_officer"], base=base)

        self._each(sit, self.rows("UNDER_REVIEW"))

    def propose(self) -> None:
        rows = list(self.rows("REVIEWED", procedure=Procedure.DESIGNATION))
        good = [row for row in rows if row.review_score >= 65]
        self._two(good, "propose", note="评审合格", outcome="designate")
        self._two(
            [row for row in rows if row not in good], "reject", note="得分低，证据不足。", reason_code="score"
        )
        for outcome, some in self._outcomes(self.rows("REVIEWED", procedure=Procedure.REREVIEW)).items():
            self._two(
                some,
                "propose",
                note="补充服务台账" if outcome == "rectify" else "按复核情况",
                outcome=outcome,
            )

    def _outcomes(self, rows: Iterable[Application]) -> dict[str, list[Application]]:
        found: dict[str, list[Application]] = {"confirm": [], "rectify": [], "fail": []}
        for row in rows:
            if missing(row, "propose"):
                continue  # a rectification or a revocation is still open on its title
            poor = row.review_score is not None and row.review_score < 65
            kind = "fail" if poor else "rectify" if self.fate(0.12, "rectify", row) else "confirm"
            found[kind].append(row)
        return found

    def publicise(self) -> None:
        for row in self.rows("PROPOSED", procedure=Procedure.REREVIEW).filter(proposed_outcome="fail"):
            for notice in row.failing_notices.filter(answered_at=None):
                failing.answer(notice, words="情况说明。", by=self.company.unit_of(row.platform).user)
        for procedure in PROCEDURES:
            self._two(
                list(self.rows("PROPOSED", procedure=procedure)), "publicise", start=self.start.isoformat()
            )

    def object(self) -> None:
        for row in self.rows("PUBLICISED", procedure=Procedure.DESIGNATION):
            if (
                self.fate(0.05, "objection", row)
                and not Objection.objects.filter(item__application=row).exists()
            ):
                item = NoticeItem.objects.filter(application=row, notice__state="PUBLISHED").latest(
                    "notice__published_on"
                )
                with transaction.atomic():
                    objection = receive_objection(
                        item,
                        facts="名单中有企业反映未签订服务协议，请核实。",
                        name="王先生",
                        contact="13800000000",
                    )
                    take_on(objection, by=self.free)
                    pass_on(objection, summary="反映服务名单不实", by=self.free)

    def answer_objections(self) -> None:
        objections = Objection.objects.filter(item__application__cycle__year=self.year, state="VERIFYING")
        for objection in objections.select_related("item__application__platform__organisation"):
            row = objection.item.application
            with transaction.atomic():
                answer(
                    objection,
                    as_recommender=True,
                    words="已核查。",
                    by=self.company.staff(row.recommender)[0],
                )
                unit = self.company.unit_of(row.platform)
                answer(objection, as_recommender=False, words="说明如下。", by=unit.user)
                officials.conclude_objection(
                    objection,
                    upheld=self.fate(0.4, "upheld", row),
                    note="经核查处理",
                    proposer=self.free,
                    signer=self.people["miit_lead2"],
                )

    @property
    def free(self) -> User:
        """An officer without part in the proposals, who handles what objects to them."""
        return self.people["miit_officer2"]

    def decide(self) -> None:
        self._two(
            list(self.rows("PUBLICISED", procedure=Procedure.DESIGNATION)), "designate", note="公示期满"
        )
        rows = list(self.rows("PUBLICISED", procedure=Procedure.REREVIEW))
        self._two(
            [row for row in rows if row.proposed_outcome != "fail" and not missing(row, "confirm")], "confirm"
        )
        self._two([row for row in rows if row.proposed_outcome == "fail"], "fail", note="复核不合格")

    def _two(self, rows: list[Application], verb: str, *, note: str = "", **facts) -> None:
        """As lists that two persons can read, each one act."""
        for some in batches(rows):
            officials.two_persons(
                some,
                verb,
                proposer=self.people["miit_officer"],
                signer=self.people["miit_lead"],
                note=note,
                **facts,
            )


def batches(rows: list[Application]) -> Iterator[list[Application]]:
    for begin in range(0, len(rows), BATCH):
        yield rows[begin : begin + BATCH]
