"""Letters that follow a decision, each with its own text: shown before anything leaves, sent as shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from applications.models import Application
from platforms.models import Recommender
from portal.desk import notifications as notify

SURRENDER = "surrender"  # announced among the revocations, and called by its own name
RESULTS = {
    "designation": "授予称号",
    "confirmation": "复核合格",
    "revocation": "撤销称号",
    SURRENDER: "放弃称号",
}


@dataclass(frozen=True)
class Letter:
    to: str
    people: int
    title: str
    body: str


def letters_for(
    applications: Sequence[Application], verb: str, *, note: str, title: str, subject: str
) -> list[Letter]:
    """Every letter that signing would send: to the units, to their recommenders, and the results to all."""
    letters = []
    for row in applications:
        if verb == "fail":
            row.outcome_reason = row.outcome_reason or note
        for message in notify.preview(Application, verb, row):
            people = list(message.recipients)
            unit = (
                row.platform.organisation.name
                if message.url.startswith(reverse("applicant_home"))
                else row.recommender.name
            )
            letters.append(Letter(unit, len(people), message.title, message.body))
    own = names_by_recommender(
        {"recommender": row.recommender.name, "platform": row.platform.name} for row in applications
    )
    for recommender in told_of_results(applications[0].cycle):
        body = result_text(len(applications), own.get(recommender.name, []), subject)
        letters.append(Letter(recommender.name, 0, f"结果通报：{title}", body))
    return letters


def told_of_results(cycle):
    """A national result goes to every recommender; a province's own concerns nobody beyond its applicants."""
    everybody = Recommender.objects.filter(is_active=True)
    return everybody.none() if cycle and cycle.programme_id else everybody


def names_by_recommender(items) -> Mapping[str, list[str]]:
    names: dict[str, list[str]] = defaultdict(list)
    for item in items:
        names[item["recommender"]].append(item["platform"])
    return names


def result_text(total: int, own: Sequence[str], subject: str) -> str:
    """What one recommender reads of a round's result: the whole number and its own platforms by name."""
    mine = f"其中贵单位推荐的 {len(own)} 家：{'、'.join(own)}。" if own else "其中没有贵单位推荐的平台。"
    return f"本次{RESULTS.get(subject, '公布')} {total} 家，{mine}"
