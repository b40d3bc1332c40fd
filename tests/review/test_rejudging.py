"""From an evidence package alone: Article 5 by the rules of its year, equal to the record or not."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import pytest
from django.core.management import CommandError, call_command

from portal.kernel import clock
from portal.kernel.permissions import Role
from portal.models import ExportJob
from review.oversight.exports import write_package
from review.oversight.rejudging import EDITION, RECORDS, SUMS, rejudge
from tests.factories import dossiers, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def members() -> dict[str, bytes]:
    row = dossiers.application_in("SUBMITTED")
    job = ExportJob(kind="evidence", params={"application": str(row.pk), "number": row.number})
    job.requested_by, job.requested_at = people.user(Role.INSPECTOR), clock.now()
    out = io.BytesIO()
    write_package(job, out, lambda done, total: None)
    with zipfile.ZipFile(out) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(members: dict[str, bytes], **changed: bytes) -> zipfile.ZipFile:
    """As the portal packs it, with its own list of digests, so that only the content speaks."""
    files = {**members, **changed}
    files[SUMS] = "".join(
        f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in files.items() if name != SUMS
    ).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, body in files.items():
            package.writestr(name, body)
    return zipfile.ZipFile(out)


def record_with(members, change) -> bytes:
    data = json.loads(members[RECORDS])
    change(data["application"])
    return json.dumps(data, ensure_ascii=False).encode()


def failing(package: zipfile.ZipFile) -> list[str]:
    return [finding.words for finding in rejudge(package) if not finding.holds]


def test_the_result_equals_the_record(members, tmp_path, capsys):
    path = tmp_path / "package.zip"
    path.write_bytes(packed(members).fp.getvalue())
    call_command("rejudge", str(path))
    said = capsys.readouterr().out
    assert "第五条重新判定的结果与记录一致" in said and "国家中小企业公共服务示范平台管理暂行办法" in said


def test_a_verdict_that_the_rules_do_not_give_is_named(members, tmp_path):
    def change(application):
        application["assessment"]["criteria"][5]["verdict"] = "FAIL"

    package = packed(members, **{RECORDS: record_with(members, change)})
    (words,) = failing(package)
    assert words.startswith("“年服务中小企业”不一致：记录为“FAIL")
    path = tmp_path / "package.zip"
    path.write_bytes(package.fp.getvalue())
    with pytest.raises(CommandError, match="与记录不一致"):
        call_command("rejudge", str(path))


def test_a_changed_figure_shows_in_its_condition(members):
    def change(application):
        application["assessment"]["figures"]["smes_last"][0] = "99"

    assert "“年服务中小企业”不一致" in failing(packed(members, **{RECORDS: record_with(members, change)}))[0]


def test_other_rules_than_the_published_ones_are_no_ground(members):
    text = members[EDITION].replace(b'"value":"100"', b'"value":"90"')
    assert text != members[EDITION]
    found = failing(packed(members, **{EDITION: text}))
    assert found == [
        "不能重新判定：所存的适用办法与发布时的摘要不一致，不能据此办理，请立即联系系统管理员核查。"
    ]


def test_rules_swapped_with_their_digest_contradict_what_was_filed(members):
    text = members[EDITION].replace(b'"value":"100"', b'"value":"90"')
    digest = hashlib.sha256(text).hexdigest()
    record = record_with(members, lambda application: application.update(edition_digest=digest))
    found = failing(packed(members, **{EDITION: text, RECORDS: record}))
    assert found[0].endswith("的材料清单和所载办法摘要与封存的不一致。")
    assert any("年服务中小企业" in words for words in found)


def test_a_file_that_is_not_what_the_list_says_is_named(members):
    broken = io.BytesIO()
    with zipfile.ZipFile(broken, "w") as package:
        for name, body in members.items():
            package.writestr(name, body + b" " if name == "02-操作记录.json" else body)
    found = failing(zipfile.ZipFile(broken))
    assert found == ["与摘要清单不一致的文件：02-操作记录.json。"]


def test_a_package_without_rules_says_so(members):
    rest = {name: body for name, body in members.items() if name != EDITION}
    assert failing(packed(rest)) == ["不能重新判定：包内没有 07-适用办法.json。"]
