"""A notice that both changed titles and granted new ones is undone as a whole, or not at all."""

from __future__ import annotations

from datetime import date

import pytest

from platforms.models import Designation
from platforms.notices.batches import correct_notice, preview_notice
from platforms.register.queries import as_of, as_they_stood
from platforms.register.services import close_title
from portal.kernel.permissions import SYSTEM, Role
from portal.kernel.workflow import TransitionBlocked
from tests.factories.imports import apply_import, undo_import
from tests.factories.titles import make_user
from tests.platforms.test_notices import enter, grants


def test_a_notice_of_changes_and_grants_is_undone_as_a_whole(db):
    """Confirmed, revoked, renamed and newly granted in one batch: the titles stand as before, the new one in no list."""
    officer = make_user("officer", Role.MINISTRY_OFFICER)
    enter(grants(2012, 566, "2012年11月27日", 4), officer)
    before = {
        row.platform_name: (row.state, row.review_year, row.ended_on) for row in Designation.objects.all()
    }
    names = list(before)
    text = (
        "关于国家中小企业公共服务示范平台复核结果和名单的通告\n工信部企业〔2016〕9号\n2016年1月10日\n序号\t地区\t平台名称\t复核结论\n"
        f"1\t河北省\t{names[0]}\t合格\n2\t浙江省\t{names[1]}\t撤销\n3\t大连市\t{names[2]}\t自愿放弃\n4\t北京市\t北京新建公共服务平台\t合格\n"
    )
    batch = preview_notice(by=officer, text=text)
    new = batch.rows.get(cells__platform="北京新建公共服务平台")
    batch = correct_notice(batch, {}, {new.pk: {"event": "granted"}}, by=officer)
    batch = apply_import(batch, by=officer)
    states = dict(Designation.objects.values_list("platform_name", "state"))
    assert [states[name] for name in names[:3]] == ["ACTIVE", "REVOKED", "SURRENDERED"] and len(states) == 5
    undo_import(batch, by=officer, note="公告读错")
    after = {
        row.platform_name: (row.state, row.review_year, row.ended_on) for row in Designation.objects.all()
    }
    assert after == before and as_of("2016-02-01").count() == 4
    again = preview_notice(by=officer, text=text)
    fourth = {again.rows.get(number=4).pk: {"event": "granted"}}
    again = apply_import(correct_notice(again, {}, fourth, by=officer), by=officer)
    title = Designation.objects.get(platform_name=names[0])
    close_title(title, "revoke", on=date(2017, 1, 1), by=SYSTEM, note="后来撤销")
    with pytest.raises(TransitionBlocked, match="已有后续办理记录"):
        undo_import(again, by=officer, note="公告读错")


def test_a_title_granted_anew_stands_as_before_when_the_notice_is_undone(db):
    officer = make_user("officer", Role.MINISTRY_OFFICER)
    enter(grants(2025, 330, "2025年12月18日", 1, term="有效期三年，至2028年12月17日。"), officer)
    again = grants(2026, 412, "2026年3月10日", 1, term="有效期三年。").replace("2026批第1", "2025批第1")
    batch = enter(again, officer)
    title = Designation.objects.get()
    assert (title.state, title.valid_until) == ("ACTIVE", date(2029, 3, 9))
    undo_import(batch, by=officer, note="公告读错")
    title.refresh_from_db()
    assert (title.state, title.valid_until) == ("ACTIVE", date(2028, 12, 17))
    assert [event.kind for event in title.history.filter(taken_back_at=None)] == ["granted"]


def test_a_confirmation_that_names_the_former_name_renames_and_is_undone_with_it(db):
    officer = make_user("officer", Role.MINISTRY_OFFICER)
    enter(grants(2012, 566, "2012年11月27日", 1), officer)
    former = Designation.objects.get().platform_name
    batch = enter(
        "关于国家中小企业公共服务示范平台复核结果的通告\n工信部企业〔2016〕9号\n2016年1月10日\n序号\t地区\t平台名称\t复核结论\t备注\n"
        f"1\t河北省\t河北新名称服务平台\t合格\t名称变更（原{former}）\n",
        officer,
    )
    title = Designation.objects.get()
    assert [event.kind for event in title.history.order_by("on", "order")] == [
        "granted",
        "renamed",
        "confirmed",
    ]
    assert as_they_stood(as_of("2016-02-01"), date(2016, 2, 1))[0].platform_name == "河北新名称服务平台"
    undo_import(batch, by=officer, note="公告读错")
    assert as_they_stood(as_of("2016-02-01"), date(2016, 2, 1))[0].platform_name == former
