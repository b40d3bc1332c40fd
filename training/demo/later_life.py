"""The later life of the demo's titles: yearly summaries, postings, complaints, support."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from platforms.complaints.services import answer, conclude, receive_complaint, take_up
from platforms.models import AnnualSummary, Designation
from platforms.postings.services import publish_posting
from platforms.states import LIVE_TITLES
from platforms.summaries.figures import CODES, TEXTS
from platforms.summaries.services import answer_summary, file_summary, open_summaries, save_summary
from platforms.support.services import open_plan, record_support
from portal.models import User
from training.demo.actors import staff_of

SERVICES = (
    ("检测方案免费咨询", "当地制造企业", "每周二 9:00—17:00", "free", ""),
    ("数字化诊断入企服务", "规模以上中小企业", "预约，3 个工作日内上门", "charged", "每次 800 元"),
    ("融资对接会", "有融资需求的小微企业", "每月最后一个周五下午", "free", ""),
)


def fill_summary(row: AnnualSummary, dice: random.Random, *, by: User) -> AnnualSummary:
    """Art. 13: the year's figures and words, filed."""
    content = {code: dice.randrange(8, 60) for code in CODES}
    content |= {"smes_served": dice.randrange(110, 320), "satisfaction": Decimal("94.50"), "staff": 32}
    content |= {code: f"{label}：按年度计划完成，台账完整可核验。" for code, label, _ in TEXTS}
    return file_summary(save_summary(row, version=row.version, content=content, by=by), by=by)


class LaterLife:
    """`users` names the person who fills in for each platform."""

    def __init__(self, story, users: Mapping[object, User]):
        self.on, self.users, self.dice = story.on, users, random.Random(13)

    def tell(self) -> None:
        for year, day in ((2024, date(2025, 3, 3)), (2025, date(2026, 3, 3))):
            with self.on(day):
                open_summaries(year)
            self.summaries(year, day)
        titles = list(
            Designation.objects.filter(state__in=LIVE_TITLES, platform__in=list(self.users)).select_related(
                "platform", "recommender"
            )
        )
        with self.on(date(2026, 3, 20)):
            for title in titles[:8]:
                self.post(title)
        with self.on(date(2025, 11, 10)):
            self.support(titles)
        self.complaints(titles)

    def summaries(self, year: int, day: date) -> None:
        """Most are acknowledged; of last year's some wait, one came back, two are overdue."""
        rows = AnnualSummary.objects.filter(year=year, title__platform__in=list(self.users)).select_related(
            "title__platform", "recommender"
        )
        for number, row in enumerate(rows.order_by("title__number")):
            if year == 2025 and number % 9 == 8:
                continue
            user = self.users[row.title.platform_id]
            with self.on(day):
                filed = fill_summary(row, self.dice, by=user)
                officer = staff_of(row.recommender)[0]
                if year == 2024 or number % 3 != 2:
                    answer_summary(filed, "acknowledge", by=officer, note="内容完整，数字与日常掌握一致。")
                elif number % 2:
                    answer_summary(filed, "send_back", by=officer, note="请写明受托任务的委托部门和文号。")

    def post(self, title: Designation) -> None:
        name, audience, when, fee, price = SERVICES[self.dice.randrange(len(SERVICES))]
        platform = title.platform
        publish_posting(
            platform,
            by=self.users[platform.pk],
            name=name,
            function=platform.functions[0],
            audience=audience,
            when=when,
            ends_on=None,
            mode="both" if fee == "free" else "onsite",
            place=platform.address,
            fee=fee,
            price=price,
            contact=platform.contact,
            phone=platform.phone,
            description="提前一日电话预约，服务后由企业评价。",
        )

    def support(self, titles: list[Designation]) -> None:
        ministry = User.objects.get(username="miit_officer")
        for title in titles[:5]:
            record_support(
                title.platform,
                by=staff_of(title.jurisdiction)[0],
                year=2025,
                kind="funds",
                name="服务能力提升补助",
                amount=Decimal(self.dice.randrange(20, 60)),
                document="省级中小企业发展专项资金计划（演示）",
            )
        plan = open_plan(
            by=ministry,
            name="中小企业服务体系建设项目",
            year=2025,
            kind="project",
            document="工信厅企业函〔2025〕演示号",
            called_on=date(2025, 5, 6),
            closes_on=date(2025, 6, 30),
            terms="综合性示范平台，每个不超过 150 万元。",
            planned=Decimal(500),
        )
        record_support(
            titles[0].platform,
            by=ministry,
            plan=plan,
            year=2025,
            kind="project",
            name=plan.name,
            amount=Decimal(120),
            document=plan.document,
        )

    def complaints(self, titles: list[Designation]) -> None:
        first, second = titles[0], titles[1]
        with self.on(date(2026, 3, 5)):
            done = receive_complaint(
                first,
                subject="收费与公布的标准不符",
                facts="到场检测时实际收费高于公布的标准，请予核查。",
                name="王女士",
                contact="13900000001",
            )
            officer = staff_of(done.recommender)[0]
            done = take_up(done, summary="有企业反映实际收费高于公布的标准。", by=officer)
        with self.on(date(2026, 3, 12)):
            done = answer(
                done, words="经查为加急费用未事先告知，差额已退还。", by=self.users[first.platform_id]
            )
            conclude(done, finding="partly", note="部分属实，已责成退还差额并公示加急收费标准。", by=officer)
        with self.on(date(2026, 4, 8)):
            receive_complaint(
                second, subject="预约后无人接待", facts="按公布的时间预约到场，无人接待，电话无人接听。"
            )
