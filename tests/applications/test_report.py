"""The report: two editors lose nothing, what is known is not typed again, the paper is official."""

from __future__ import annotations

import io
import json
import re

import pypdfium2
import pytest
from django.urls import reverse
from lxml import html

from applications.dossiers.documents import report_pdf
from applications.filing.services import open_dossier
from applications.materials.services import take_over_from
from applications.models import Application, Report
from applications.report.services import Outdated, fill_section, save_section
from portal.kernel.workflow import perform
from portal.shared.digests import canonical_json, sha256_hex
from portal.shared.pdf import render_template_pdf
from tests.factories import filing

pytestmark = pytest.mark.django_db
AREA = {"service_area": "纺织集群", "clusters": ["park"], "area_text": "需求集中"}


@pytest.fixture
def unit():
    return filing.unit()


@pytest.fixture
def blank(unit):
    cycle = filing.year()
    with filing.on(filing.FILING_DAY):
        return open_dossier(unit.platform, cycle=cycle, by=unit.user)


def save(application, section, data, by, *, version, **more):
    with filing.on(filing.FILING_DAY):
        return save_section(application, section, data=data, finished=None, version=version, by=by, **more)


def typed(**more):
    return {"service_area": "纺织集群", "clusters": "park", "area_text": "需求集中", "version": "0", **more}


def test_two_people_in_two_sections_never_meet(blank, unit):
    clerk = filing.clerk_of(unit)
    save(blank, "area", AREA, unit.user, version=0)
    report = save(blank, "leader", {"leader_name": "王越"}, clerk, version=0)
    assert report.data == {"area": AREA, "leader": {"leader_name": "王越"}}
    assert (report.section_version("area"), report.section_version("leader"), report.version) == (1, 1, 2)


def test_the_second_of_two_in_one_section_is_told_who_was_first(blank, unit):
    clerk = filing.clerk_of(unit)
    save(blank, "area", AREA, clerk, version=0)
    with pytest.raises(Outdated) as stale:
        save(blank, "area", {**AREA, "area_text": "另一种说法"}, unit.user, version=0)
    assert stale.value.editor == clerk.name
    assert Report.objects.get(pk=blank.pk).data["area"] == AREA


def test_saving_the_same_twice_is_no_conflict(blank, unit):
    save(blank, "area", AREA, unit.user, version=0)
    assert save(blank, "area", AREA, unit.user, version=0).data["area"] == AREA


def test_autosave_then_plain_save_by_another_shows_both_side_by_side(client, blank, unit):
    clerk = filing.clerk_of(unit)
    url = reverse("report_section", args=[blank.pk, "overview"])
    client.force_login(clerk)
    with filing.on(filing.FILING_DAY):
        first = client.post(
            url, {"autosave": "1", "version": "0", "total_assets": "1280", "finance.0.year": "2025"}
        )
        assert json.loads(first.content) == {"version": 1, "message": "10:00 已自动保存"}
        client.force_login(unit.user)
        late = {"version": "0", "total_assets": "1300", "finance.0.year": "2024", "finance.0.income": "77"}
        autosave = client.post(url, {**late, "autosave": "1"})
        assert autosave.status_code == 409
        assert "他人刚修改了此节" in json.loads(autosave.content)["message"]
        plain = client.post(url, late)
        text = plain.content.decode()
        assert plain.status_code == 409
        assert f"您打开后，{clerk.name} 2026-03-02 10:00 修改了" in text
        assert 'name="_asked" value="total_assets,finance"' in text
        assert "1<del>28</del>0 万元" in text and "1<ins>30</ins>0 万元" in text
        assert "营业收入 <ins>77 万元</ins>" in text
        assert 'value="77"' in text
        token = re.search(r'name="version" value="(\d+)"', text).group(1)
        assert client.post(url, {**late, "version": token}).status_code == 302
    assert Report.objects.get(pk=blank.pk).data["overview"]["total_assets"] == "1300"


def base_in(page) -> str:
    return (
        html.document_fromstring(page.content.decode())
        .xpath("//form[@data-autosave]//input[@name='_base']")[0]
        .value
    )


def overview(client, url: str, base: str, **more):
    body = {"version": "0", "_base": base, "total_assets": "", "overview": "", "finished": "0", **more}
    with filing.on(filing.FILING_DAY):
        return client.post(url, body)


def test_two_editors_are_merged_by_field_and_nobody_is_asked(client, blank, unit):
    """One changed a figure, the other, on a page opened before, only the long text: both stand."""
    url = reverse("report_section", args=[blank.pk, "overview"])
    save(blank, "overview", {"overview": "旧的概况"}, unit.user, version=0)
    client.force_login(unit.user)
    base = base_in(client.get(url))
    save(
        blank,
        "overview",
        {"overview": "旧的概况", "total_assets": "842.50"},
        filing.clerk_of(unit),
        version=1,
    )
    merged = overview(client, url, base, overview="新写的概况")
    assert merged.status_code == 302
    data = Report.objects.get(pk=blank.pk).data["overview"]
    assert (data["total_assets"], data["overview"]) == ("842.50", "新写的概况")


@pytest.mark.parametrize(("choice", "stored"), [("theirs", "对方写的概况"), ("mine", "我写的概况")])
def test_only_what_both_changed_is_asked_and_the_choice_holds(client, blank, unit, choice, stored):
    url = reverse("report_section", args=[blank.pk, "overview"])
    save(blank, "overview", {"overview": "旧的概况", "total_assets": "1"}, unit.user, version=0)
    client.force_login(unit.user)
    base = base_in(client.get(url))
    theirs = {"overview": "对方写的概况", "total_assets": "2"}
    save(blank, "overview", theirs, filing.clerk_of(unit), version=1)
    mine = {"overview": "我写的概况", "total_assets": "1"}
    asked = overview(client, url, base, **mine)
    page = html.document_fromstring(asked.content.decode())
    fields = dict(page.forms[-1].form_values())
    assert (asked.status_code, fields["_asked"], fields["total_assets"]) == (409, "overview", "2")
    assert Report.objects.get(pk=blank.pk).data["overview"] == theirs
    again = {name: fields[name] for name in ("_base", "_asked", "version", "overview", "total_assets")}
    unanswered = overview(client, url, again.pop("_base"), **again)
    assert unanswered.status_code == 409
    answered = overview(client, url, fields["_base"], **again, _take_overview=choice)
    assert answered.status_code == 302
    data = Report.objects.get(pk=blank.pk).data["overview"]
    assert (data["overview"], data["total_assets"]) == (stored, "2")


def test_a_table_is_merged_by_cell_until_somebody_adds_a_row(client, blank, unit):
    url = reverse("report_section", args=[blank.pk, "overview"])
    rows = [{"year": "2024", "income": "900"}, {"year": "2025", "income": "1000"}]
    save(blank, "overview", {"finance": rows}, unit.user, version=0)
    client.force_login(unit.user)
    base = base_in(client.get(url))
    theirs = [{"year": "2024", "income": "901"}, rows[1]]
    save(blank, "overview", {"finance": theirs}, filing.clerk_of(unit), version=1)
    mine = {
        "finance.0.year": "2024",
        "finance.0.income": "900",
        "finance.1.year": "2025",
        "finance.1.income": "1002",
    }
    assert overview(client, url, base, **mine).status_code == 302
    stored = Report.objects.get(pk=blank.pk).data["overview"]["finance"]
    assert [row["income"] for row in stored] == ["901", "1002"]
    longer = {**mine, "finance.2.year": "2023", "finance.2.income": "5"}
    asked = overview(client, url, base, **longer)
    assert asked.status_code == 409 and 'name="_asked" value="finance"' in asked.content.decode()


def test_an_unfinished_section_is_kept_and_a_finished_one_says_what_lacks(client, blank, unit):
    url = reverse("report_section", args=[blank.pk, "area"])
    client.force_login(unit.user)
    with filing.on(filing.FILING_DAY):
        later = client.post(url, typed(area_text="", finished="0", then="back"))
        assert later["Location"] == reverse("report_sections", args=[blank.pk])
        done = client.post(url, typed(area_text="", version="1", finished="1", then="next"))
    assert done.status_code == 422
    assert (
        '<a href="#id_area_text">请填写中小企业公共服务需求及对区域经济的影响。</a>' in done.content.decode()
    )
    report = Report.objects.get(pk=blank.pk)
    assert (report.finished_sections, report.data["area"]["service_area"]) == (["area"], "纺织集群")


@pytest.mark.parametrize("assets", ["约一千", "1,280", "NaN", "一千二百万元", "-"])
def test_a_figure_that_is_no_plain_number_stops_nobody(client, blank, unit, assets):
    """Autosave keeps what is typed, so every later recomputation meets it."""
    save(blank, "overview", {"total_assets": assets}, unit.user, version=0, quiet=True)
    save(blank, "area", {"service_area": "绍兴"}, unit.user, version=0)
    blank.refresh_from_db()
    row = next(row for row in blank.assessment["criteria"] if row["code"] == "assets")
    assert row["verdict"] == ("PASS" if assets == "1,280" else "UNKNOWN")
    client.force_login(unit.user)
    assert client.get(reverse("report_section", args=[blank.pk, "overview"])).status_code == 200


def test_rows_pasted_from_excel_are_read_and_summed(client, blank, unit):
    url = reverse("report_section", args=[blank.pk, "overview"])
    client.force_login(unit.user)
    with filing.on(filing.FILING_DAY):
        client.post(
            url,
            {"version": "0", "finance.paste": "2024\t900\t600\t20\t500\t9\n2025\t1,000\t700\t30\t610\t8\n"},
        )
        text = client.get(url).content.decode()
    rows = Report.objects.get(pk=blank.pk).data["overview"]["finance"]
    assert [row["service_income"] for row in rows] == ["600", "700"]
    assert re.findall(r"data-total>([^<]*)<", text) == ["1,900", "1,300", "50", "1,110", "17"]


def test_a_blank_section_opens_with_what_rosters_and_audit_say(client, unit):
    draft = filing.dossier(unit, filing.year(), leave_out=("report.capacity", "report.overview"))
    client.force_login(unit.user)
    with filing.on(filing.FILING_DAY):
        text = client.get(reverse("report_section", args=[draft.pk, "capacity"])).content.decode()
        accounts = client.get(reverse("report_section", args=[draft.pk, "overview"])).content.decode()
    assert "已为您带入从业人数、大专及以上学历或中级及以上职称人数、仪器设备台（套）数" in text
    assert re.search(rf'name="staff" value="{unit.staff}"', text)
    assert re.search(r'name="finance.1.year" value="2025"', accounts)
    assert re.search(r'name="finance.1.service_income" value="860.50"', accounts)
    assert "capacity" not in Report.objects.get(pk=draft.pk).data


def test_filling_replaces_a_claim_and_leaves_other_words_alone(unit):
    draft = filing.dossier(unit, filing.year())
    claims = {**draft.annex.data["capacity"], "staff": "99", "capacity_text": "自己的话"}
    save(draft, "capacity", claims, unit.user, version=1)
    with filing.on(filing.FILING_DAY):
        assert fill_section(draft, "capacity", by=unit.user) == ["从业人数"]
        assert fill_section(draft, "capacity", by=unit.user) == []
    data = Report.objects.get(pk=draft.pk).data["capacity"]
    assert (data["staff"], data["capacity_text"]) == (str(unit.staff), "自己的话")


def test_next_year_begins_with_this_years_words_but_not_with_its_year(unit):
    draft = filing.dossier(unit, filing.year())
    with filing.on(filing.FILING_DAY):
        perform(draft, "withdraw", by=unit.user, note="明年再报")
    following = filing.year(2027)
    with filing.on(filing.FILING_DAY.replace(year=2027)):
        again = open_dossier(unit.platform, cycle=following, by=unit.user)
        taken = take_over_from(again, Application.objects.get(pk=draft.pk), by=unit.user)
    fresh = Application.objects.get(pk=again.pk)
    report = fresh.annex.data
    assert [row["year"] for row in report["overview"]["finance"]] == ["2025", "2026"]
    assert report["overview"]["finance"][0]["service_income"] == "860.5"
    assert report["leader"]["leader_text"] == draft.annex.data["leader"]["leader_text"]
    assert "smes_last" not in report["performance"]
    assert fresh.annex.finished_sections == []
    carried = {m.code for m in fresh.materials.all() if m.files.exists()}
    assert carried - {"quality"} == {"licence", "facilities", "staff", "plan", "honours"}
    assert taken == len(carried)


def test_the_paper_has_official_measures_contents_numbers_and_digest(unit):
    """Annex 2."""
    draft = filing.dossier(unit, filing.year())
    paper = pypdfium2.PdfDocument(io.BytesIO(report_pdf(draft)))
    pages = [page.get_textpage().get_text_range() for page in paper]
    assert [round(size / 72 * 25.4) for size in paper[0].get_size()] == [210, 297]
    digest = sha256_hex(canonical_json(draft.annex.data).encode())
    assert all(digest in text.replace("\r\n", "") for text in pages)
    assert "草稿，尚未提交" in pages[0]
    places = dict(re.findall(r"([一二三四五六七]、\S+?)\.{5,}\s*(\d+)", pages[1]))
    assert len(places) == 7
    for heading, number in places.items():
        assert heading in pages[int(number) - 1], heading
    assert "— 2 —" in pages[1]
    assert "— 1 —" not in pages[0]


def test_a_table_over_two_pages_has_its_total_once():
    """At its end, not at the foot of each page."""
    rows = [[f"第 {number} 年", "1"] for number in range(90)]
    table = {"label": "三年指标", "head": ["年度", "家数"], "rows": rows, "totals": [None, 90]}
    section = {
        "code": "years",
        "ordinal": "一",
        "title": "三年指标",
        "short": [],
        "long": [],
        "tables": [table],
    }
    paper = render_template_pdf("pdf/report.html", {"sections": [section]}, style="report")
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(paper)]
    assert sum("年度" in text and "家数" in text for text in pages) > 1  # the head stands on each
    assert "".join(pages).count("合计") == 1 and "合计" in pages[-1]
