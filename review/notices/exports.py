"""Notices as data and as a package for the press: each file is the same immutable snapshot."""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable

from portal.files.renditions import draws
from portal.shared.digests import sha256_hex
from portal.shared.workingdays import date_cn
from portal.shared.xlsx import MIME as XLSX
from portal.shared.xlsx import write_rows
from review.models import Notice
from review.notices.documents import columns_of, notice_docx, notice_html, notice_pdf

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OLDEST = (1980, 1, 1, 0, 0, 0)  # a ZIP's own dates would change its digest from hour to hour
WIDTHS = {
    "position": 6,
    "platform": 40,
    "organisation": 34,
    "recommender": 30,
    "functions": 40,
    "number": 18,
    "outcome": 12,
    "ends": 12,
}


def as_pdf(notice: Notice) -> bytes:
    return notice_pdf(notice.title, notice.content)


def as_docx(notice: Notice) -> bytes:
    return notice_docx(notice.content)


def as_html(notice: Notice) -> bytes:
    return notice_html(notice, notice.content).encode()


def as_xlsx(notice: Notice) -> bytes:
    out = io.BytesIO()
    content = notice.content
    columns = columns_of({**content, "outcomes": True})
    lines = ([item.get(name, "") for _, name in columns] for item in content["items"])
    write_rows(out, tuple(label for label, _ in columns), lines, widths=[WIDTHS[name] for _, name in columns])
    return out.getvalue()


def as_json(notice: Notice) -> bytes:
    """`canonical` holds the two texts that the digest is taken over, joined by one line feed."""
    data = {
        "title": notice.title,
        "kind": notice.kind,
        "subject": notice.subject,
        "document_number": notice.document_number,
        "published_on": notice.published_on.isoformat(),
        "ends_on": notice.ends_on.isoformat() if notice.ends_on else None,
        "state": notice.state,
        "sha256": notice.digest,
        "days": [{"day": day, "weekday": weekday, "reason": reason} for day, weekday, reason in notice.days],
        "items": notice.content["items"],
        "canonical": {"body": notice.body, "items": notice.items_text},
    }
    return json.dumps(data, ensure_ascii=False, indent=2).encode()


def media_package(notice: Notice) -> bytes:
    """Document, list, data and a ready sentence for the press, with a file of digests that proves them."""
    contents = CONTENTS if notice.has_list else CONTENTS_WITHOUT_LIST
    files = {
        f"{number:02d}-{name}.{kind}": FORMATS[kind][0](notice)
        for number, (name, kind) in enumerate(contents, 1)
    }
    files[f"{len(contents) + 1:02d}-新闻通稿.txt"] = press_text(notice).encode()
    files["SHA256SUMS.txt"] = "".join(
        f"{sha256_hex(body)}  {name}\n" for name, body in files.items()
    ).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in files.items():
            package.writestr(zipfile.ZipInfo(name, OLDEST), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def press_text(notice: Notice) -> str:
    content = notice.content
    places = Counter(item["recommender"] for item in content["items"])
    lines = [notice.title, "", content["opening"]]
    if notice.ends_on:
        lines.append(
            f"公示时间：{date_cn(notice.published_on)}至 {date_cn(notice.ends_on)} 24:00。"
            f"联系电话：{notice.contact_phone or '（待填）'}；监督电话：{notice.supervision_phone or '（待填）'}。"
        )
    if notice.state == "WITHDRAWN":
        lines.append(f"此公示已撤回：{notice.withdrawn_reason}")
    if notice.has_list:
        lines += ["", f"共 {len(content['items'])} 家，按{content.get('office', '推荐单位')}："]
        lines += [f"  {name} {count} 家" for name, count in places.items()]
    else:
        lines += [section["text"] for section in content["sections"]]
    return "\n".join(
        [*lines, "", f"{'名单' if notice.has_list else ''}全文摘要（SHA-256）：{notice.digest}", ""]
    )


CONTENTS = (
    ("正文和名单", "pdf"),
    ("正文和名单", "docx"),
    ("正文和名单", "html"),
    ("名单", "xlsx"),
    ("名单数据", "json"),
)
CONTENTS_WITHOUT_LIST = (("正文", "pdf"), ("正文", "docx"), ("正文", "html"), ("数据", "json"))


@draws("notice")
def make_format(notice: str, form: str) -> bytes:
    return FORMATS[form][0](Notice.objects.get(pk=notice))


FORMATS: dict[str, tuple[Callable[[Notice], bytes], str]] = {
    "pdf": (as_pdf, "application/pdf"),
    "docx": (as_docx, DOCX),
    "html": (as_html, "text/html; charset=utf-8"),
    "xlsx": (as_xlsx, XLSX),
    "json": (as_json, "application/json"),
    "zip": (media_package, "application/zip"),
}
