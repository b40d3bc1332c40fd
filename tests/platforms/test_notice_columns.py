"""A column of a notice that nobody knows: named by hand, for that notice."""

from __future__ import annotations

import pytest

from platforms.models import Designation, ImportBatch
from platforms.notices.batches import preview_notice
from portal.kernel.permissions import Role
from portal.kernel.workflow import TransitionBlocked
from tests.factories.imports import apply_import
from tests.factories.titles import make_user
from tests.platforms.test_notices import BACKEND, grants


def test_a_column_nobody_knows_is_named_by_hand_and_nothing_typed_is_lost(db, client):
    officer = make_user("officer", Role.MINISTRY_OFFICER)
    client.force_login(officer, backend=BACKEND)
    text = grants(2012, 566, "2012年11月27日", 3).replace("申报单位", "实施方")
    batch = ImportBatch.objects.get(pk=preview_notice(by=officer, text=text).pk)
    first, second, _ = batch.rows.order_by("number")
    assert (first.cells["organisation"], batch.strangers[0]["label"]) == (first.cells["platform"], "实施方")
    with pytest.raises(TransitionBlocked, match="“实施方”没有识别"):
        apply_import(batch, by=officer)
    answers = {
        f"column-{batch.strangers[0]['key']}": "unit",
        f"cell-{first.pk}-platform": "河北改正后的服务平台",
        f"row-{second.pk}": "skip",
        "choose": "1",
    } | {f"cell-{row.pk}-organisation": row.cells["organisation"] for row in batch.rows.all()}
    page = client.post(f"/imports/{batch.pk}/", answers, follow=True).content.decode()
    assert "已指定 1 列，名单已重新读取。" in page and "没有识别，请指定" not in page
    assert '<option value="unit" selected>' in page  # what was said is seen
    first, second, third = batch.rows.order_by("number")
    assert (first.cells["platform"], second.decision) == ("河北改正后的服务平台", "skip")
    assert {row.cells["organisation"] for row in (first, third)} == {
        "2012批第1服务中心有限公司",
        "2012批第3服务中心有限公司",
    }
    apply_import(ImportBatch.objects.get(pk=batch.pk), by=officer)
    assert Designation.objects.count() == 2
