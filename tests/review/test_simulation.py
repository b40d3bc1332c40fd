"""Simulated years are reproducible and end well: at night; six years of sixty stand in test_six_years.py."""

from __future__ import annotations

import contextlib

import pytest
from django.db import transaction

from tests.factories.lives import assert_register_follows_the_record, live
from training.simulation import life as lives
from training.simulation.chance import Chance


def test_chance_is_a_function_of_what_it_is_about():
    chance = Chance(1)
    assert chance.roll("a", 2026, "x") == Chance(1).roll("a", 2026, "x")
    assert chance.roll("a", 2026, "x") != chance.roll("a", 2026, "y")
    share = sum(chance.happens(0.25, "q", n) for n in range(4000)) / 4000
    assert 0.22 < share < 0.28


class Undone(Exception):
    """Takes a whole life back, so that another can be lived on the same database."""


def digest_of(play) -> str:
    found = ""
    with contextlib.suppress(Undone), transaction.atomic():
        found = play().digest()
        raise Undone
    return found


def breaks_once(monkeypatch) -> None:
    """One dossier into its step, the run is broken off."""
    real, calls = lives.Round.review, []

    def review(self):
        calls.append(self.year)
        if len(calls) == 1:
            rows = self.rows
            self.rows = lambda *states, **kind: rows(*states, **kind)[:1]
            real(self)
            raise KeyboardInterrupt
        real(self)

    monkeypatch.setattr(lives.Round, "review", review)


@pytest.mark.nightly
@pytest.mark.django_db
def test_same_seed_same_outcomes_also_after_an_interruption(monkeypatch):
    first = digest_of(lambda: live(years=1, dossiers=3))

    def interrupted():
        breaks_once(monkeypatch)
        with pytest.raises(KeyboardInterrupt):
            live(years=1, dossiers=3)
        return live(years=1, dossiers=3)

    assert digest_of(interrupted) == first
    monkeypatch.undo()
    assert digest_of(lambda: live(years=1, dossiers=3, seed=2)) != first


@pytest.mark.nightly
@pytest.mark.django_db
def test_four_small_years_break_nothing():
    """Long enough that the first titles come to their re-review (Art. 14)."""
    life = live(years=4, dossiers=5)
    summary = life.summary()
    assert summary["操作记录断点"] == 0
    assert summary["申报"]["已认定"] > 10 and summary["申报"]["复核合格"] > 0
    assert life.checks > 4 * 20
    assert_register_follows_the_record()
