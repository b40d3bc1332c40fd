"""The beginning of April with dossiers of two provinces, one of them suspended, and of an association."""

from __future__ import annotations

from datetime import date, datetime

from platforms.models import Recommender, Suspension
from portal.kernel import outbox
from training.demo import officials
from training.demo.actors import ACCOUNTS, make_account, staff_of
from training.demo.dossiers import file_dossier, submit
from training.demo.story import Story, stand_at


def set_scene() -> None:
    story = Story(say=lambda *_: None)
    story.people = {account.username: make_account(account) for account in ACCOUNTS}
    cycle = story.cycle(2026, date(2026, 3, 27))

    def filed(label: str, *, like: int = 0):
        association = Recommender.objects.filter(code=label).first()
        unit = story.unit("江苏" if association else label)
        unit.sme_seed = like or unit.sme_seed
        application = submit(file_dossier(unit, cycle, recommender=association), unit)
        return getattr(application, "application", application), unit

    with story.on(date(2026, 2, 26)):
        for label in ("浙江", "甘肃", "CTA"):
            filed(label)
        first, unit = filed("江苏")
        second, _ = filed("江苏", like=unit.number)
        gansu = Recommender.objects.get(label="甘肃")
        Suspension.objects.create(
            recommender=gansu,
            year=2026,
            reason="2025 年抽查发现所辖平台弄虚作假",
            document="工信部企业〔2025〕88 号",
            decided_on=date(2025, 11, 20),
        )
    officer, lead = staff_of(first.recommender)
    with story.on(date(2026, 3, 18)):
        for application in (first, second):
            officials.evaluate(application, officer, day=date(2026, 3, 18), score=88)
            officials.recommend(application, lead)
    with story.on(date(2026, 4, 1)):
        story.report(cycle, [first, second])
    stand_at(datetime(2026, 4, 2, 9, 30))
    outbox.drain_outbox()
