"""The demo's three years on a stepped clock: 2023 and 2025 finished, 2026 in the middle of April."""

from __future__ import annotations

import random
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.db.models import F
from django.utils import timezone

from applications.models import Application, Cycle
from applications.states import Procedure
from platforms.models import Recommender
from platforms.organisations.services import FILLS, add_person, verify_organisation
from portal.desk.notifications import without_enclosures
from portal.kernel import clock, outbox
from portal.kernel.calendar import calendar
from portal.kernel.permissions import SYSTEM
from portal.kernel.workflow import missing, perform
from portal.models import Interpretation, Notification, TrainingClock, User
from review.models import Expert, NoticeItem
from review.objections.services import receive_objection
from training.demo import officials
from training.demo.actors import staff_of
from training.demo.cast import Cast
from training.demo.dossiers import Unit, file_dossier, make_unit, submit
from training.demo.hard_cases import CONTRADICTS, HardCases, contradict
from training.demo.later_life import LaterLife
from training.demo.provincial import Provincial
from training.demo.watch import watch

PRESENT = datetime(2026, 4, 14, 9, 30)
BEGINNING = datetime(2026, 2, 10, 9, 30)
# Where the dossiers of 2026 stand: (jurisdiction, state). The first is the one the guide walks with.
PRESENT_YEAR = (
    ("浙江", "DRAFT"),
    ("浙江", "SUBMITTED"),
    ("浙江", "UNDER_EVALUATION"),
    ("浙江", "RECOMMENDED"),
    ("浙江", "REPORTED"),
    ("江苏", "REPORTED"),
    ("江苏", "ACCEPTED"),
    ("江苏", "UNDER_REVIEW"),
    ("四川", "SUPPLEMENTING"),
    ("四川", "REVIEWED"),
    ("广东", "REVIEWED"),
    ("广东", "PROPOSED"),
    ("广东", "PUBLICISED"),
    ("深圳", "REPORTED"),
    ("深圳", "PUBLICISED"),
    ("山东", "REPORTED"),
    ("山东", "REVIEWED"),
    ("湖南", "REPORTED"),
    ("湖南", "REFUSED"),
    ("新疆", "REPORTED"),
    ("北京", "PUBLICISED"),
    ("北京", "REVIEWED"),
    ("福建", "REPORTED"),
    ("福建", "UNDER_REVIEW"),
    ("江西", "REPORTED"),
    ("甘肃", "RETURNED"),
    ("甘肃", "SUBMITTED"),
    ("陕西", "NOT_RECOMMENDED"),
    ("湖北", "WITHDRAWN"),
    ("河南", "REJECTED"),
    ("大连", "ACCEPTED"),
    ("兵团", "UNDER_REVIEW"),
    ("宁波", "UNDER_EVALUATION"),
    ("CTA", "REPORTED"),
    ("云南", "SUBMITTED"),
)
PAST = {
    2023: ("浙江", "江苏", "广东", "山东", "四川", "北京"),
    2025: (
        "浙江",
        "江苏",
        "广东",
        "上海",
        "重庆",
        "湖北",
        "安徽",
        "辽宁",
        "天津",
        "青岛",
        "厦门",
        "河北",
        "吉林",
        "广西",
    ),
}
NAMED = (2023, "北京")  # a title whose holder's account is listed: its re-review is still to file
BEYOND = (
    "REPORTED",
    "SUPPLEMENTING",
    "ACCEPTED",
    "UNDER_REVIEW",
    "REVIEWED",
    "PROPOSED",
    "PUBLICISED",
    "REFUSED",
    "REJECTED",
)


def stand_at(moment: datetime) -> None:
    """Set the training clock, backwards too: only here, before anybody works."""
    TrainingClock.objects.update_or_create(
        pk=1, defaults={"offset": timezone.make_aware(moment) - timezone.now()}
    )


class Story(Cast):
    is_told = False

    def __init__(self, say=print):
        self.dice, self.say, self.number = random.Random(2026), say, 0
        self.units: dict[str, Unit] = {}

    @contextmanager
    def on(self, day: date, hour: int = 10):
        """A story told as a whole sends each day's messages on their day; a test looks into the outbox itself."""
        with super().on(day, hour):
            yield
            if self.is_told:
                outbox.drain_outbox(leave=("receipt_pdf",))

    def tell(self) -> None:
        self.is_told = True
        with without_enclosures():
            self.tell_all()

    def tell_all(self) -> None:
        self.cast()
        for year in PAST:
            self.past_year(year)
        watch(self)
        self.present_year()
        Provincial(self).tell()
        LaterLife(self, {unit.platform.pk: unit.user for unit in self.units.values()}).tell()
        stand_at(PRESENT)
        outbox.drain_outbox(leave=("receipt_pdf",))
        past = Notification.objects.filter(created_at__lt=clock.start_of(date(PRESENT.year, 1, 1)))
        past.update(read_at=F("created_at"))

    def only_people(self) -> None:
        """Accounts and experts at the beginning of a year that nobody has opened yet."""
        self.cast()
        stand_at(BEGINNING)

    def unit(self, label: str, *, weak: bool = False, lead: User | None = None) -> Unit:
        """`lead` has an account already, as has the first unit of 2026."""
        jurisdiction = Recommender.objects.get(label=label)
        self.number += 1
        is_yunfan = self.number == FIRST_OF_2026
        lead = self.people["yunfan_lead"] if is_yunfan else lead
        unit = make_unit(self.dice, jurisdiction, self.number, user=lead, weak=weak)
        if is_yunfan:
            add_person(unit.organisation, user=self.people["yunfan_clerk"], grants=(FILLS,), by=lead)
        verify_organisation(unit.organisation, by=staff_of(jurisdiction)[0], note="已与营业执照核对")
        return unit

    def past_year(self, year: int, labels: tuple[str, ...] = ()) -> None:
        """A finished round: everything filed was designated, but for one rejected."""
        self.say(f"演示数据：{year} 年度")
        cycle = self.cycle(year, calendar().previous_workday(date(year, 3, 27)))
        lead, lead2, officer = (self.people[name] for name in ("miit_lead", "miit_lead2", "miit_officer"))
        rows = []
        for label in labels or PAST[year]:
            with self.on(date(year, 3, 1)):
                unit = self.unit(label, lead=self.people["huizhi_lead"] if (year, label) == NAMED else None)
                application = submit(file_dossier(unit, cycle), unit)
                self.units[str(application.pk)] = unit
                rows.append(application)
        with self.on(calendar().next_workday(date(year, 3, 15))):
            for application in rows:
                handler, signer = staff_of(application.recommender)
                officials.evaluate(
                    application, handler, day=clock.today(), score=80 + self.dice.randrange(12)
                )
                officials.recommend(application, signer)
        with self.on(calendar().next_workday(date(year, 4, 10))):
            self.report(cycle, rows)
            for application in rows:
                officials.accept(application, officer)
                officials.review(application, officer, base=78 + self.dice.randrange(10))
        with self.on(calendar().next_workday(date(year, 5, 12))):
            officials.two_persons(rows, "propose", proposer=officer, signer=lead, note="评审合格")
        start = calendar().next_workday(date(year, 5, 18))
        with self.on(start - timedelta(days=3)):
            officials.two_persons(rows, "publicise", proposer=officer, signer=lead2, start=start.isoformat())
        with self.on(calendar().add_workdays(start, 17)):
            officials.two_persons(
                rows,
                "designate",
                proposer=officer,
                signer=lead,
                note="公示无异议",
                document_number=f"工信部企业函〔{year}〕演示号",
            )
        with self.on(date(year + 1, 1, 1), hour=1):
            closed = perform(Cycle.objects.get(pk=cycle.pk), "close", by=SYSTEM)
            if not missing(closed, "end"):
                perform(closed, "end", by=SYSTEM)

    def present_year(self) -> None:
        self.say("演示数据：2026 年度")
        cycle = self.cycle(2026, date(2026, 4, 17))
        dossiers: list[tuple[Application, str]] = []
        for label, state in PRESENT_YEAR:
            with self.on(date(2026, 2, 26)):
                association = Recommender.objects.filter(code=label).first()
                unit = self.unit("江苏" if association else label, weak=label == "江西")
                if label == "湖南" and state == "REPORTED":
                    unit.sme_seed = next(
                        u.number for a, s in dossiers if s == "REPORTED" and (u := self.units[str(a.pk)])
                    )
                leave = ("quality", "report.leader", "report.recognition") if state == "DRAFT" else ()
                application = file_dossier(unit, cycle, recommender=association, leave_out=leave)
                self.units[str(application.pk)] = unit
                if state != "DRAFT":
                    words = contradict(application, unit) if (label, state) == CONTRADICTS else ""
                    submit(application, unit, explanation=words)
                dossiers.append((application, state))
        self.provinces(cycle, dossiers)
        self.ministry(dossiers)
        self.rereviews(cycle)
        HardCases(self).tell(cycle)
        self.interpretations()

    def provinces(self, cycle: Cycle, dossiers) -> None:
        with self.on(date(2026, 3, 18)):
            for application, state in dossiers:
                handler, signer = staff_of(application.recommender)
                if state == "RETURNED":
                    continue
                if state == "WITHDRAWN":
                    perform(
                        application,
                        "withdraw",
                        by=self.units[str(application.pk)].user,
                        note="单位内部调整，明年再报",
                    )
                elif state in ("UNDER_EVALUATION",):
                    perform(application, "begin_evaluation", by=handler)
                elif state == "NOT_RECOMMENDED":
                    officials.evaluate(application, handler, day=clock.today(), score=66)
                    officials.two_persons(
                        [application],
                        "decline",
                        proposer=handler,
                        signer=signer,
                        note="示范性不足，择优未列入推荐名单。",
                        reason_code="weak",
                    )
                elif state in BEYOND:
                    officials.evaluate(
                        application, handler, day=clock.today(), score=82 + self.dice.randrange(12)
                    )
                    officials.recommend(application, signer)
        with self.on(date(2026, 4, 1)):
            self.report(cycle, [row for row, state in dossiers if state in BEYOND])
        with self.on(date(2026, 4, 10)):
            for application, state in dossiers:
                handler, signer = staff_of(application.recommender)
                if state == "RECOMMENDED":
                    officials.evaluate(application, handler, day=clock.today(), score=90)
                    officials.recommend(application, signer)
                elif state == "RETURNED":
                    officials.send_back(application, handler)

    def ministry(self, dossiers) -> None:
        officer, officer2, lead, lead2 = (
            self.people[name] for name in ("miit_officer", "miit_officer2", "miit_lead", "miit_lead2")
        )
        at = {state: [row for row, s in dossiers if s == state] for _, state in PRESENT_YEAR}
        reviewed = at["REVIEWED"] + at["PROPOSED"] + at["PUBLICISED"] + at["REJECTED"]
        with self.on(date(2026, 4, 2)):
            for application in at["SUPPLEMENTING"]:
                officials.ask_supplement(application, officer)
            for number, application in enumerate(at["ACCEPTED"] + at["UNDER_REVIEW"] + reviewed):
                officials.accept(application, officer if number % 2 else officer2)
            for application in at["REFUSED"]:
                officials.two_persons(
                    [application],
                    "refuse",
                    proposer=officer,
                    signer=lead,
                    note="专项审计报告年度不符，且不接受补正。",
                    reason_code="incomplete",
                )
            for number, application in enumerate(at["REPORTED"]):
                if number % 3:
                    application.handler = officer if number % 2 else officer2
                    application.save(update_fields=["handler"])
        with self.on(date(2026, 4, 3)):
            apart, *others = at["UNDER_REVIEW"]
            officials.review(apart, officer, base=70, upto="ALL_IN", step=9)
            expert1 = Expert.objects.get(user=self.people["expert1"])  # one left to score, one to declare on
            for application in others:
                officials.review(application, officer, base=80, upto="UNDER_REVIEW", idle=expert1)
            officials.declare(others[0].assignments.get(expert=expert1))
            for application in reviewed:
                officials.review(
                    application,
                    officer,
                    base=62 if application in at["REJECTED"] else 78 + self.dice.randrange(12),
                )
        with self.on(date(2026, 4, 8)):
            officials.two_persons(
                at["PROPOSED"] + at["PUBLICISED"], "propose", proposer=officer, signer=lead, note="评审合格"
            )
            officials.two_persons(
                at["REJECTED"],
                "reject",
                proposer=officer,
                signer=lead2,
                note="专家评审得分低，服务业绩证据不足。",
                reason_code="score",
            )
        with self.on(date(2026, 4, 9)):
            officials.two_persons(
                at["PUBLICISED"],
                "publicise",
                proposer=officer,
                signer=lead2,
                start="2026-04-10",
                contact_phone="010-00000000",
                supervision_phone="010-00000001",
            )
        with self.on(date(2026, 4, 13)):
            item = NoticeItem.objects.filter(application=at["PUBLICISED"][0]).first()
            receive_objection(
                item,
                facts="该平台公布的服务企业名单中，有三家企业反映未与其签订服务协议，请予核查。",
                name="李先生",
                contact="13800000000",
            )
            officials.dismiss_objection(
                at["PUBLICISED"][1], handler=self.people["miit_officer2"], signer=self.people["miit_lead3"]
            )

    def rereviews(self, cycle: Cycle) -> None:
        """Two of the titles of 2023 have filed their re-review; the others are still to file."""
        titles = Application.objects.filter(cycle__year=2023, state="DESIGNATED").select_related(
            "platform__organisation"
        )[:2]
        for number, earlier in enumerate(titles):
            unit = self.units[str(earlier.pk)]
            with self.on(date(2026, 3, 3)):
                application = submit(file_dossier(unit, cycle, procedure=Procedure.REREVIEW), unit)
            if number == 0:
                handler, signer = staff_of(application.recommender)
                with self.on(date(2026, 4, 9)):
                    officials.evaluate(application, handler, day=clock.today(), score=86)
                    officials.recommend(application, signer)
                    self.report(cycle, [application], Procedure.REREVIEW)

    def interpretations(self) -> None:
        lead = self.people["miit_lead"]
        rows = (
            (
                5,
                "三",
                "“大专及以上学历和中级及以上技术职称专业人员的比例”如何计算？",
                "按具备大专及以上学历，或者具备中级及以上职称的人员合计，每人只计一次，除以从业人数。",
            ),
            (
                5,
                "一",
                "“运营两年以上”以何时为准？",
                "以申报年度 4 月 1 日为准，单位成立日期和平台运营起始日期均应满两年。",
            ),
        )
        for article, item, question, answer in rows:
            Interpretation.objects.create(
                article=article,
                item=item,
                question=question,
                answer=answer,
                issued_on=date(2026, 1, 15),
                issued_by=lead,
            )


FIRST_OF_2026 = sum(len(labels) for labels in PAST.values()) + 1
