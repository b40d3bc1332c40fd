"""Terms and numbers of certificates that a list writes row by row."""

from __future__ import annotations

from datetime import date

import pytest

from platforms.imports.acts import describe_apply
from platforms.models import Designation
from platforms.notices.batches import preview_notice
from platforms.notices.reader import read_pasted
from platforms.notices.terms import read_term
from platforms.title_history import history_of
from portal.kernel.permissions import Role
from tests.factories.imports import apply_import
from tests.factories.titles import make_user

ON = date(2017, 12, 29)
HEAD = "关于公布2017年度国家中小企业公共服务示范平台名单的通知\n工信部企业函〔2017〕588号\n2017年12月29日\n"


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2018年1月1日至2020年12月31日", "2018-01-01", "2020-12-31"),
        ("2018.1.1-2020.12.31", "2018-01-01", "2020-12-31"),
        ("2018/01/01—2020/12/31", "2018-01-01", "2020-12-31"),
        ("2018年1月—2020年12月", "2018-01-01", "2020-12-31"),
        ("２０２０年２月２９日", "", "2020-02-29"),
        ("至2020年12月", "", "2020-12-31"),
        ("三年", "2017-12-29", "2020-12-28"),
        ("", "", ""),
    ],
)
def test_what_a_cell_says(text, since, until):
    term = read_term(text, on=ON)
    assert (str(term.since or ""), str(term.until or ""), term.problem) == (since, until, "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("长期", "不能识别"),
        ("2018年1月1日起", "不能识别"),
        ("2020年13月1日", "不能识别"),
        ("2020.12.31-2018.1.1", "起止颠倒"),
    ],
)
def test_what_no_clerk_could_take_is_told(text, problem):
    term = read_term(text, on=ON)
    assert (term.since, term.until) == (None, None) and term.problem.endswith(problem)


def test_columns_of_a_term_and_of_certificates():
    reading = read_pasted(
        HEAD + "序号\t省份\t平台名称\t有效期自\t有效期至\t证书编号\n"
        "1\t北京市\t北京甲公司\t2018.1.1\t2020.12.31\t国示平001号\n2\t上海市\t上海乙公司\t2018.1.1\t2020.12.31\t/\n"
    )
    told = [(one["valid_from"], one["valid_until"], one["certificate"]) for one in reading.to_json()["rows"]]
    assert told == [("2018-01-01", "2020-12-31", "国示平001号"), ("2018-01-01", "2020-12-31", "")]
    assert reading.words.valid_until == date(2020, 12, 31)  # one that all rows share
    assert reading.strangers == []


def test_a_row_keeps_its_own_term_in_the_register(db):
    officer = make_user("officer", Role.MINISTRY_OFFICER)
    text = (
        HEAD.replace("2017年12月29日", "有效期三年。\n2017年12月29日")
        + "序号\t省份\t平台名称\t有效期\t证书编号\n"
        "1\t北京市\t北京甲公司\t三年\tA1\n2\t上海市\t上海乙公司\t2018年1月1日至2019年12月31日\t\n3\t河北省\t河北丙公司\t长期\t\n"
    )
    batch = preview_notice(by=officer, text=text)
    assert any("名单中有的行写作其他日期" in question for question in batch.questions)
    assert any("有效期“长期”不能识别" in question for question in batch.questions)
    told = [line[-1] for line in describe_apply([batch], {})["items"]]  # what both persons sign
    assert told[1] == "授予称号，2017-12-29，有效期至 2019-12-31"
    apply_import(batch, by=officer)
    ended = history_of(Designation.objects.get(platform__name="上海乙公司"))[-1]
    assert ended[:2] == (
        "2020-01-01",
        "有效期满（关于公布2017年度国家中小企业公共服务示范平台名单的通知 工信部企业函〔2017〕588号）",
    )
    terms = dict(Designation.objects.values_list("platform__name", "valid_until"))
    assert terms == {
        "北京甲公司": date(2020, 12, 28),
        "上海乙公司": date(2019, 12, 31),
        "河北丙公司": date(2020, 12, 28),
    }
    assert batch.rows.get(number=1).cells["remark"] == "名单所列证书编号：A1"
