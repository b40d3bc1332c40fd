"""The data of every released version come through today's code, and what is planted is refused."""

from __future__ import annotations

import re

import pytest

from portal.embedded import kept, upgrade


@pytest.mark.slow
def test_every_released_version_is_upgraded(capfd):
    assert upgrade.main() == 0, capfd.readouterr()
    told = capfd.readouterr().out
    assert f"{len(kept.archives())} 个已发布版本，全部通过" in told
    assert len(re.findall("已拒绝——未启动：", told)) == 2 * max(1, len(kept.archives()))


def test_a_touched_released_migration_ends_it_at_once(monkeypatch, capsys):
    monkeypatch.setattr(upgrade, "read_released", lambda: {"review.0001_initial": "of another text"})
    assert upgrade.main() == 1
    assert "已发布的迁移被改动：review.0001_initial" in capsys.readouterr().err
