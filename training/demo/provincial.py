"""Zhejiang's own programme in the demo: an older list, a finished round with three titles, a round under way."""

from __future__ import annotations

import io
import random
from datetime import date

from applications.cycles.services import publish_cycle
from applications.models import Application, Cycle
from applications.provincial_rounds.services import create_round, proposed_terms, proposed_window
from applications.states import Procedure
from platforms.imports.services import preview_import
from platforms.imports.sheets import PROVINCIAL
from platforms.models import Platform, Programme, Recommender
from platforms.programmes.services import open_programme
from portal.kernel import signoff
from portal.kernel.calendar import calendar
from portal.kernel.permissions import SYSTEM
from portal.kernel.workflow import perform
from portal.shared.xlsx import write_rows
from training.demo import officials
from training.demo.actors import staff_of
from training.demo.dossiers import Unit, file_dossier, submit
from training.demo.names import make_uscc

OLDER = (
    "嘉兴毛衫创新服务平台",
    "湖州竹木检测公共服务平台",
    "绍兴印染技术服务平台",
    "金华五金创业服务平台",
    "衢州氟硅材料服务平台",
    "舟山船配企业服务平台",
    "台州模具公共技术平台",
    "丽水生态农业服务平台",
)
LISTED = {
    "认定年度": 2023,
    "文号": "浙经信企服〔2023〕88号",
    "公布文件": "关于公布 2023 年省级示范平台名单的通知",
    "有效期至": "2026-12-31",
}


class Provincial:
    """Told by the story with its own people and dice, after the national years."""

    def __init__(self, story):
        self.story, self.dice = story, random.Random(33)
        self.province = Recommender.objects.get(label="浙江")
        self.officer, self.lead = staff_of(self.province)

    def tell(self) -> None:
        self.story.say("演示数据：浙江省级认定")
        with self.story.on(date(2025, 3, 3)):
            programme = open_programme(
                self.province, honour="浙江省中小企业公共服务示范平台", number_prefix="ZJPT", by=self.lead
            )
            self.older_list()
        self.finished(programme)
        with self.story.on(date(2026, 3, 30)):
            row = self.round(programme, 2026, filing_from=date(2026, 4, 1), filing_until=date(2026, 6, 30))
        with self.story.on(date(2026, 4, 8)):
            self.file(row)

    def older_list(self) -> None:
        """What the province had before: platforms that are known here, and some that are not."""
        known = Platform.objects.filter(jurisdiction=self.province).select_related("organisation")
        lines = [
            (row.name, row.organisation.name, row.organisation.uscc)
            for row in known.order_by("created_at")[:4]
        ]
        lines += [(name, f"{name[:-4]}有限公司", make_uscc(self.dice)) for name in OLDER]
        out, head = io.BytesIO(), [column.label for column in PROVINCIAL]
        rows = [
            {**LISTED, "平台名称": name, "运营单位": unit, "统一社会信用代码": uscc}
            for name, unit, uscc in lines
        ]
        write_rows(out, head, [[row.get(label, "") for label in head] for row in rows])
        out.seek(0)
        batch = preview_import("provincial", out, name="2023 年省级示范平台名单.xlsx", by=self.officer)
        signoff.sign(signoff.prepare([batch], "apply", by=self.officer), by=self.lead)

    def round(self, programme: Programme, year: int, **window) -> Cycle:
        terms = proposed_terms(programme, year).to_json()
        terms |= {"document_number": "浙经信企服〔2025〕21号", "publicity_days": 7}
        terms["thresholds"] = {**terms["thresholds"], "assets": "100", "smes": "60", "staff": "10"}
        row = create_round(
            programme,
            by=self.officer,
            year=year,
            terms=type(proposed_terms(programme, year)).from_json(terms),
            window={
                **proposed_window(year),
                "contact_phone": "0571-00000000",
                "supervision_phone": "0571-00000001",
                **window,
            },
        )
        return publish_cycle(row, by=self.lead)

    def file(self, row: Cycle) -> Application:
        unit: Unit = self.story.unit("浙江")
        return submit(file_dossier(unit, row, procedure=Procedure.PROVINCIAL), unit)

    def finished(self, programme: Programme) -> None:
        """2025: three filed, evaluated, publicised for seven working days, and in the register."""
        with self.story.on(date(2025, 5, 12)):
            row = self.round(programme, 2025)
        with self.story.on(date(2025, 6, 9)):
            filed = [self.file(row) for _ in range(3)]
        with self.story.on(date(2025, 7, 7)):
            for application in filed:
                officials.evaluate(
                    application, self.officer, day=date(2025, 7, 7), score=82 + self.dice.randrange(12)
                )
                perform(application, "conclude_evaluation", by=self.officer)
                application.refresh_from_db()
        start = calendar().next_workday(date(2025, 7, 21))
        phones = {"contact_phone": row.contact_phone, "supervision_phone": row.supervision_phone}
        for verb, day, facts in (
            ("propose", date(2025, 7, 16), {"outcome": "designate"}),
            ("publicise", date(2025, 7, 18), {"start": start.isoformat(), **phones}),
            ("designate", calendar().add_workdays(start, 8), {"document_number": "浙经信企服〔2025〕60号"}),
        ):
            with self.story.on(day):
                officials.two_persons(
                    filed, verb, proposer=self.officer, signer=self.lead, note="同意", **facts
                )
        with self.story.on(date(2026, 1, 1), hour=1):
            perform(Cycle.objects.get(pk=row.pk), "close", by=SYSTEM)
