"""Which platform a line of a list speaks of: by code first, then by name, and who cannot be told is asked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from platforms.departments import Departments
from platforms.imports.sheets import Line
from platforms.models import (
    Designation,
    ImportRow,
    Organisation,
    Platform,
    Programme,
    ProvincialTitle,
    Recommender,
    SupportPlan,
    SupportRecord,
)
from platforms.states import LIVE_TITLES
from platforms.support.doubts import doubts_about_amount, doubts_about_year, first_year_of, usual_amount
from portal.kernel import clock
from portal.shared.names import compare_key

Match, Decision = ImportRow.Match, ImportRow.Decision
REVIEWED_WITHIN = 3  # years (Art. 14)


def _check_past(line: Line, *codes: str) -> None:
    """Years and days as they stand in the cells; what is still to come cannot be on a list."""
    today = clock.today().isoformat()
    for code in codes:
        text = line.cells[code]
        if line.is_sound(code) and text > today[: len(text)]:
            line.wrong(code, f"{text} 还没有到", "请核对")


def _platforms_numbered(number: str) -> list[Platform]:
    """By the number of a title of the nation or of a province (Art. 18)."""
    national = Platform.objects.filter(designations__in=Designation.objects.filter(number=number))
    return list(national) or list(
        Platform.objects.filter(provincial_titles__in=ProvincialTitle.objects.filter(number=number))
    )


@dataclass
class Matched:
    match: str
    decision: str = ""
    platform: Platform | None = None
    candidates: list[Platform] = field(default_factory=list)


class Register:
    """What exists already, read once for a whole workbook."""

    def __init__(self):
        self.organisations = {row.uscc: row for row in Organisation.objects.exclude(uscc="")}
        self.departments = Departments()
        self.by_organisation: dict = defaultdict(list)
        self.by_name: dict[str, list[Platform]] = defaultdict(list)
        for row in Platform.objects.select_related("organisation"):
            self.by_organisation[row.organisation_id].append(row)
            self.by_name[compare_key(row.name)].append(row)
        self.numbers = set(Designation.objects.exclude(number="").values_list("number", flat=True))
        self.years, self.live, self.listed = set(), set(), set()
        self.lines: dict = {}  # what the workbook itself has named so far, to its row
        for platform, year, state in Designation.objects.values_list("platform_id", "year", "state"):
            self.years.add((platform, year))
            if state in LIVE_TITLES:
                self.live.add(platform)

    def match_historic(self, line: Line) -> Matched:
        self._check_historic(line)
        if line.is_wrong:
            return Matched(Match.WRONG)
        found = self.platform_of(line)
        if found.platform and (found.platform.pk, int(line.cells["year"])) in self.years:
            return Matched(Match.KNOWN, Decision.SKIP, found.platform)
        return found

    def _check_historic(self, line: Line) -> None:
        cells = line.cells
        self._check_offices(line)
        if cells["number"] in self.numbers:
            line.wrong("number", f"证书编号 {cells['number']} 已在名录中", "请核对编号；公告没有编号的留空")
        self._once(line, "number", cells["number"], f"证书编号 {cells['number']} ")
        if cells["status"] not in ("", "有效") and not cells["ended_on"]:
            line.wrong("ended_on", f"状态为“{cells['status']}”，缺少终止日期", "请填写终止日期")
        if cells["status"] not in ("", "有效", "有效期满") and not cells["end_reason"]:
            line.wrong(
                "end_reason", f"状态为“{cells['status']}”，缺少终止原因或者公告", "请填写终止原因或者公告"
            )
        if line.is_sound("platform", "organisation", "year"):
            unit = cells["uscc"] or compare_key(cells["organisation"])
            key = (unit, compare_key(cells["platform"]), cells["year"])
            self._once(line, "platform", key, f"{cells['platform']} {cells['year']} 年度")
        self._check_days(line)

    def _check_offices(self, line: Line) -> None:
        """Departments in their short form, however they are written; what is none of the 37 is told."""
        cells = line.cells
        place = self.departments.find(cells["jurisdiction"])
        if cells["jurisdiction"] and (place is None or place.is_direct):
            line.wrong(
                "jurisdiction",
                f"所在地区“{cells['jurisdiction']}”不是 37 个推荐地区之一",
                "请填省、自治区、直辖市、计划单列市或者兵团，例如 浙江、大连、兵团",
            )
        elif place:
            cells["jurisdiction"] = place.label
        if cells["recommender"]:
            office = self.departments.find(cells["recommender"])
            if office is None:
                line.wrong(
                    "recommender",
                    f"没有推荐单位“{cells['recommender']}”",
                    "请填系统中的名称或者简称；由所在地区推荐的留空",
                )
            else:
                cells["recommender"] = office.label

    @staticmethod
    def _check_days(line: Line) -> None:
        """A title was granted before it ended, and neither lies in the future."""
        cells = line.cells
        _check_past(line, "year", "granted_on", "ended_on")
        latest = str(clock.today().year + REVIEWED_WITHIN)
        if line.is_sound("review_year") and cells["review_year"] > latest:
            line.wrong(
                "review_year",
                f"下次复核年度 {cells['review_year']} 过晚",
                f"称号每三年复核，最晚为 {latest} 年",
            )
        if line.is_sound("year", "granted_on") and abs(int(cells["granted_on"][:4]) - int(cells["year"])) > 1:
            line.wrong("granted_on", "授予日期与认定年度不符", "请核对年度和日期")
        if line.is_sound("year", "review_year") and cells["review_year"] < cells["year"]:
            line.wrong("review_year", "下次复核年度早于认定年度", "请核对年度；按认定年度加三年的留空")
        if line.is_sound("granted_on", "ended_on") and cells["ended_on"] < cells["granted_on"]:
            line.wrong("ended_on", "终止日期早于授予日期", "请核对两个日期")
        if line.is_sound("ended_on") and cells["status"] in ("", "有效"):
            line.wrong("ended_on", "有终止日期，状态却为有效", "已终止的请填写状态，有效的请删除终止日期")

    def _once(self, line: Line, code: str, key, what: str) -> None:
        """The same thing twice in one workbook; the finding names the other row."""
        first = self.lines.setdefault(key, line.number) if key else line.number
        if first != line.number:
            line.wrong(code, f"{what}与第 {first} 行重复", "请核对两行，改正或者删除其中一行")

    def platform_of(self, line: Line) -> Matched:
        cells = line.cells
        named = self.by_name.get(compare_key(cells["platform"]), [])
        if cells["uscc"]:
            organisation = self.organisations.get(cells["uscc"])
            if organisation is None:
                return Matched(Match.UNSURE, candidates=named) if named else Matched(Match.NEW, Decision.NEW)
            own = self.by_organisation[organisation.pk]
            same = [row for row in own if row in named]
            if same:
                return Matched(Match.CODE, Decision.MATCH, same[0])
            return Matched(Match.UNSURE, candidates=own) if own else Matched(Match.NEW, Decision.NEW)
        sure = [
            row for row in named if compare_key(row.organisation.name) == compare_key(cells["organisation"])
        ]
        if len(sure) == 1:
            return Matched(Match.NAME, Decision.MATCH, sure[0], sure)
        if named:
            return Matched(Match.UNSURE, candidates=named)
        line.note("uscc", "没有统一社会信用代码，按待补录入", "单位认领称号、由主管部门核验后补上")
        return Matched(Match.NEW, Decision.NEW)

    def read_programme(self, programme: Programme) -> None:
        """What the province's register holds already; its numbers are a series apart from the national one."""
        self.listed = set(programme.titles.values_list("uscc", "platform_name", "year"))
        self.numbers = set(programme.titles.exclude(number="").values_list("number", flat=True))

    def match_provincial(self, line: Line, programme: Programme) -> Matched:
        """A line of a province's own list: it stands there by its code, with or without a platform known here."""
        _check_past(line, "year", "granted_on")
        if (
            line.is_sound("granted_on", "valid_until")
            and line.cells["valid_until"] < line.cells["granted_on"]
        ):
            line.wrong("valid_until", "有效期早于认定日期", "请核对两个日期")
        if line.is_wrong:
            return Matched(Match.WRONG)
        cells = line.cells
        key = (cells["uscc"], cells["platform"], int(cells["year"]))
        if key in self.listed:
            return Matched(Match.KNOWN, Decision.SKIP)
        self._once(line, "platform", key, "")
        if cells["number"] in self.numbers:
            line.wrong("number", f"编号 {cells['number']} 已在本省名录中", "请核对编号；没有编号的留空")
        self._once(line, "number", cells["number"], f"编号 {cells['number']} ")
        if line.is_wrong:
            return Matched(Match.WRONG)
        organisation = self.organisations.get(cells["uscc"])
        own = [
            row
            for row in self.by_organisation[organisation.pk if organisation else None]
            if row.jurisdiction_id == programme.recommender_id
        ]
        same = [row for row in own if compare_key(row.name) == compare_key(cells["platform"])]
        if same:
            return Matched(Match.CODE, Decision.MATCH, same[0], same)
        return Matched(Match.UNSURE, candidates=own) if own else Matched(Match.NEW, Decision.NEW)

    def read_support(self, giver: Recommender | None) -> None:
        """What the office has recorded already: the same once more is as a rule a list read twice."""
        rows = SupportRecord.objects.filter(giver=giver, voided_at=None)
        for platform, year, kind, name, amount in rows.values_list(
            "platform_id", "year", "kind", "name", "amount"
        ):
            given = "" if amount is None else f"{amount:.2f}"
            self.listed.add((platform, str(year), SupportRecord.Kind(kind).label, name, given))
        self.usual = {kind.label: usual_amount(giver, kind) for kind in SupportRecord.Kind}
        open_plans = SupportPlan.objects.filter(giver=giver, closed_at=None)
        self.plans = {(str(year), name) for year, name in open_plans.values_list("year", "name")}

    def _check_support(self, line: Line, found: list[Platform]) -> None:
        """What contradicts itself is wrong; what is only unlikely is told."""
        cells, named = line.cells, compare_key(line.cells["platform"])
        if found and cells["number"] and named and named not in {compare_key(row.name) for row in found}:
            line.wrong(
                "platform", f"证书编号 {cells['number']} 的平台是“{found[0].name}”", "请核对编号或者平台名称"
            )
        if cells["kind"] == SupportRecord.Kind.FUNDS.label and not cells["amount"]:
            line.wrong("amount", "资金扶持没有金额", "请填写金额（万元）")
        if cells["plan"] and (cells["year"], cells["plan"]) not in self.plans:
            line.wrong("plan", "没有此年度、此名称而且没有办结的扶持计划", "请先登记扶持计划，或者留空")
        if line.is_sound("amount"):
            for doubt in doubts_about_amount(Decimal(cells["amount"]), self.usual.get(cells["kind"])):
                line.note("amount", doubt)
        if len(found) == 1 and line.is_sound("year"):
            for doubt in doubts_about_year(int(cells["year"]), first_year_of(found[0])):
                line.note("year", doubt)

    def match_support(self, line: Line, reachable: set) -> Matched:
        """A support record needs a titled platform within the office's reach."""
        _check_past(line, "year")
        cells, found = line.cells, []
        if cells["number"]:
            found = _platforms_numbered(cells["number"])
        elif cells["uscc"] and cells["uscc"] in self.organisations:
            found = self.by_organisation[self.organisations[cells["uscc"]].pk]
        elif cells["platform"]:
            found = self.by_name.get(compare_key(cells["platform"]), [])
        found = [row for row in found if row.pk in reachable]
        if not found:
            line.wrong("number", "没有找到本单位可以登记的示范平台", "请填证书编号，或者核对信用代码和名称")
        self._check_support(line, found)
        if line.is_wrong:
            return Matched(Match.WRONG)
        if len(found) > 1:
            return Matched(Match.UNSURE, candidates=found)
        key = (found[0].pk, cells["year"], cells["kind"], cells["name"], cells["amount"])
        if key in self.listed:
            return Matched(Match.KNOWN, Decision.SKIP, found[0], found)
        self.listed.add(key)
        return Matched(
            Match.CODE if cells["number"] or cells["uscc"] else Match.NAME, Decision.MATCH, found[0], found
        )
