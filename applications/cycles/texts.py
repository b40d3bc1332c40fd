"""The year's letters and evaluation items: whom a change reaches, and changing what was seen, never what was not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Q

from applications.cycles.letters import LETTERS, Letter, letter_of
from applications.cycles.services import change_cycle
from applications.editions.evaluating import Item
from applications.models import Application, Cycle
from applications.states import ApplicationState as S
from applications.states import state_words
from portal.kernel.workflow import ChangedMeanwhile
from portal.shared.digests import canonical_json, sha256_hex


def mark_of_letter(cycle: Cycle, code: str) -> str:
    """What an editor has before the eyes, as the page carries it; so for the rubric."""
    letter = letter_of(cycle.letters, code)
    return mark_of({"title": letter.title, "body": letter.body})


def mark_of_rubric(cycle: Cycle) -> str:
    return mark_of([item.to_json() for item in cycle.evaluation_rubric])


def mark_of(value) -> str:
    """What an editor has seen, in sixteen characters that the page carries."""
    return sha256_hex(canonical_json(value).encode())[:16]


def check_letter_seen(cycle: Cycle, code: str, seen: str) -> None:
    if mark_of_letter(cycle, code) != seen:
        raise ChangedMeanwhile(
            [
                "您打开此页后，此信函已被他人修改。您填写的内容没有丢失，也还没有保存，请与现行文字对照后再保存。"
            ]
        )


def check_rubric_seen(cycle: Cycle, seen: str) -> None:
    if mark_of_rubric(cycle) != seen:
        raise ChangedMeanwhile(
            [
                "您打开此页后，测评项目已被他人修改。您填写的内容没有丢失，也还没有保存，请与现行项目对照后再保存。"
            ]
        )


@transaction.atomic
def change_letter(
    cycle: Cycle, code: str, words: Mapping[str, str] | None, *, by, reason: str, seen: str
) -> Cycle:
    """Other words for one letter; None goes back to ours. Raises ChangedMeanwhile."""
    row = Cycle.objects.select_for_update().get(pk=cycle.pk)
    check_letter_seen(row, code, seen)
    others = {name: text for name, text in row.letters.items() if name != code}
    letters = {**others, code: dict(words)} if words else others
    return change_cycle(row, by=by, reason=reason, letters=letters)


@transaction.atomic
def change_rubric(cycle: Cycle, items: Sequence[Item], *, by, reason: str, seen: str) -> Cycle:
    """Raises ChangedMeanwhile."""
    row = Cycle.objects.select_for_update().get(pk=cycle.pk)
    check_rubric_seen(row, seen)
    return change_cycle(row, by=by, reason=reason, evaluation_items=[item.to_json() for item in items])


def reach_of_letter(cycle: Cycle, letter: Letter) -> list[dict]:
    """Who may still get this letter: dossiers that stand where its step begins."""
    others = [one.procedure for one in LETTERS.values() if one.verb == letter.verb and one != letter]
    of = Q(procedure=letter.procedure) if letter.procedure else ~Q(procedure__in=others)
    return [
        _line(
            cycle,
            f"现为“{state_words(one, letter.procedure)}”，此后可能收到新的文字",
            Q(state=one) & of,
        )
        for one in letter.act.sources
    ]


def reach_of_rubric(cycle: Cycle) -> list[dict]:
    under, done = Q(state=S.UNDER_EVALUATION), Q(evaluation__completed_at__isnull=False)
    return [
        _line(cycle, "正在测评：已保存的评分按新的项目和分值计算，新增的项目需要补评", under & ~done),
        _line(cycle, "已完成测评、尚未推荐：得分不变，再次保存时按新的项目和分值", under & done),
        _line(
            cycle, "已提交、待受理或者补正中：受理后按新的项目测评", Q(state__in=(S.SUBMITTED, S.RETURNED))
        ),
    ]


def _line(cycle: Cycle, who: str, condition: Q) -> dict:
    rows = Application.objects.filter(condition, cycle=cycle)
    return {
        "who": who,
        "count": rows.count(),
        "recommenders": rows.values("recommender").distinct().count(),
    }
