"""A provincial edition (Art. 18): the base edition with the few things that a province declares for its round.

It is stored with the round and frozen with it; what is not declared here stays as the base edition has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal, InvalidOperation

from applications.editions.model import Edition, SectionSpec, Threshold

# Nothing can be decided on without the report, proof of the unit and its declaration.
NEVER_LEFT_OUT = ("report", "licence", "declaration")
PUBLICITY_DAYS = (5, 30)
YEARS = (1, 10)


@dataclass(frozen=True)
class Provincial:
    """`thresholds` are numbers by code of the base edition, `without` the materials that are not asked for."""

    title: str
    document_number: str
    honour: str
    authority: str
    number_prefix: str
    publicity_days: int
    years: int | None  # of a title; None stands for no end
    thresholds: Mapping[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping) -> Provincial:
        """Raises ValueError with a Chinese sentence for what is missing or unknown."""
        names = set(cls.__dataclass_fields__)
        if set(data) - names:
            raise ValueError(f"“{'、'.join(sorted(set(data) - names))}”不能在省级办法中设定。")
        try:
            return cls(**{**data, "without": tuple(data.get("without", ()))})
        except TypeError as error:
            raise ValueError("省级办法的设定不完整。") from error

    def to_json(self) -> dict:
        return {**asdict(self), "without": list(self.without)}

    def problems(self, base: Edition) -> list[str]:
        """What does not fit the base edition, as sentences."""
        found = []
        if not PUBLICITY_DAYS[0] <= self.publicity_days <= PUBLICITY_DAYS[1]:
            found.append(f"公示期应为 {PUBLICITY_DAYS[0]} 到 {PUBLICITY_DAYS[1]} 个工作日。")
        if self.years is not None and not YEARS[0] <= self.years <= YEARS[1]:
            found.append(f"有效期应为 {YEARS[0]} 到 {YEARS[1]} 年，不设期限的不填。")
        known = {row.code for row in base.thresholds}
        if set(self.thresholds) - known:
            found.append(f"没有这项条件：{'、'.join(sorted(set(self.thresholds) - known))}。")
        for row in base.thresholds:
            number = _number(self.thresholds.get(row.code, row.value))
            if number is None or number < 0 or (row.unit == "%" and number > 100):
                found.append(f"“{row.label}”应为{'0 到 100 的' if row.unit == '%' else '不小于 0 的'}数字。")
        codes = {spec.code for spec in base.materials}
        if set(self.without) & set(NEVER_LEFT_OUT) or set(self.without) - codes:
            found.append("申请报告、主体资格证明和真实性声明不能省略。")
        return found

    def applied_to(self, base: Edition) -> Edition:
        """The edition of the round. Raises ValueError with the first thing that does not fit."""
        problems = self.problems(base)
        if problems:
            raise ValueError(problems[0])
        thresholds = tuple(
            replace(row, value=_number(self.thresholds.get(row.code, row.value))) for row in base.thresholds
        )
        return replace(
            base,
            code=f"{base.code}+{self.number_prefix}",
            title=self.title,
            document_number=self.document_number,
            honour=self.honour,
            authority=self.authority,
            number_prefix=self.number_prefix,
            publicity_days=self.publicity_days,
            rereview_years=self.years,
            thresholds=thresholds,
            materials=tuple(
                replace(spec, title=spec.title.replace(base.honour, self.honour))
                for spec in base.materials
                if spec.code not in self.without
            ),
            rereview_materials=(),
            forms={
                code: replace(
                    form,
                    title=form.title.replace(base.honour, self.honour),
                    sections=tuple(_introduced(section, thresholds) for section in form.sections),
                )
                for code, form in base.forms.items()
            },
        )


def _introduced(section: SectionSpec, thresholds: tuple[Threshold, ...]) -> SectionSpec:
    """A section that the national text introduces with its own numbers says those of the round."""
    own = [row for row in thresholds if (section.article, section.item) == (5, row.item)]
    words = "，".join(f"{row.label}不低于 {row.value.normalize():f} {row.unit}" for row in own)
    return replace(section, intro=f"{words}。") if own else section


def _number(value) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
