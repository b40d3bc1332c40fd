"""Six years of sixty dossiers, and nothing breaks."""

from __future__ import annotations

import pytest

from tests.factories.lives import assert_register_follows_the_record, live


@pytest.mark.slow
@pytest.mark.django_db
def test_two_years_of_eight():
    """What the next test does at its size, short enough for every landing."""
    life = live(years=2, dossiers=8)
    assert life.summary()["操作记录断点"] == 0
    assert life.checks > 2 * 20
    assert_register_follows_the_record()


@pytest.mark.nightly
@pytest.mark.django_db
def test_six_years_of_sixty():
    life = live(years=6, dossiers=60)
    summary = life.summary()
    assert summary["操作记录断点"] == 0
    assert summary["申报"]["复核合格"] > 50
    for kind in ("异议", "抽查", "整改", "撤销程序", "暂停申报"):
        assert sum(summary[kind].values()) > 0, kind
    assert life.checks > 6 * 20
    assert_register_follows_the_record()
