"""Generated evidence: a few PDF and Excel files shared by all demo dossiers by digest."""

from __future__ import annotations

import io
import random
import re
import zipfile
from functools import cache

from applications.rosters import make_roster
from portal.shared.pdf import render_pdf
from training.demo.names import make_uscc, person


def evidence_pdf(title: str, lines: tuple[str, ...] = (), *, serial: int = 0) -> bytes:
    """One rendering per title; a serial in its last comment makes each unit's copy a file of its own."""
    head, _, tail = _rendered(title, lines).rpartition(b"%%EOF")
    return head + b"%% %06d\n%%%%EOF" % serial + tail


@cache
def _rendered(title: str, lines: tuple[str, ...]) -> bytes:
    body = "".join(f"<p>{line}</p>" for line in lines)
    return render_pdf(
        f"<html lang='zh-CN'><head><title>{title}</title></head><body><h1>{title}</h1>{body}"
        "<p>本文件由演示程序生成，仅用于演示，不具有任何效力。</p></body></html>",
        style="form",
    )


def reseed(workbook: bytes, pattern: str, make, seed: int) -> bytes:
    """The same workbook with its identifiers replaced: writing a workbook anew takes a second, this none."""
    dice, known, out = (
        random.Random(f"roster {seed}"),
        {},
        io.BytesIO(),
    )  # a unit's own code comes from its number
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name in ("xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"):
                text = re.sub(pattern, lambda found: known.setdefault(found[0], make(dice)), content.decode())
                content = text.encode()
            new.writestr(name, content)
    return out.getvalue()


def staff_roster(people: int, qualified: int, seed: int, *, year: int = 2026) -> bytes:
    return reseed(
        _staff_roster(people, qualified, year),
        r"(?<=>)\d{6}(?=<)",
        lambda d: f"{d.randrange(100000, 999999)}",
        seed,
    )


def sme_roster(last: int, before: int, year: int, seed: int) -> bytes:
    return reseed(_sme_roster(last, before, year), r"(?<=>)[0-9A-Z]{18}(?=<)", make_uscc, seed)


def facility_roster(seed: int, *, year: int = 2026) -> bytes:
    return reseed(
        _facility_roster(year), r"(?<=>)M-\d{3}(?=<)", lambda d: f"M-{d.randrange(100000, 999999)}", seed
    )


def faulty_staff_roster(people: int, qualified: int, *, year: int = 2026) -> bytes:
    """What comes in on the first try: wrong words, a whole number of a document, a month without a day, a row twice."""
    rows = [list(row) for row in _staff_rows(people, qualified, year)]
    rows[1][3], rows[3][1], rows[4][8] = "本硕连读", "330106199001011234", "2019 年"
    rows[6][0], rows[8][7] = "", "劳务派遣"
    return make_roster("staff", [*rows, rows[2]], year=year)


@cache
def _staff_roster(people: int, qualified: int, year: int) -> bytes:
    return make_roster("staff", _staff_rows(people, qualified, year))


def _staff_rows(people: int, qualified: int, year: int) -> list[tuple]:
    dice = random.Random(people)
    rows = []
    for number in range(people):
        good = number < qualified
        level = dice.choice(("副高", "中级", "无")) if good else "无"
        rows.append(
            (
                person(dice),
                f"{dice.randrange(100000, 999999)}",
                dice.choice(("服务部经理", "咨询师", "检测工程师", "培训主管")),
                dice.choice(("硕士", "本科", "大专")) if good else "大专以下",
                dice.choice(("机械工程", "计算机", "工商管理")),
                level,
                {"副高": "高级工程师", "中级": "工程师", "无": ""}[level],
                "是",
                f"{year - dice.randrange(5, 12)}-0{dice.randrange(1, 9)}-15",
            )
        )
    return rows


@cache
def _sme_roster(last: int, before: int, year: int) -> bytes:
    dice = random.Random(last)
    codes = [make_uscc(dice) for _ in range(max(last, before))]
    names = [
        f"{dice.choice('东西南北中')}{dice.choice('兴盛昌隆达')}{number + 1}号制造有限公司"
        for number in range(len(codes))
    ]
    rows = []
    for service_year, count in ((year, last), (year - 1, before)):
        for number in range(count):
            rows.append(
                (
                    names[number],
                    codes[number],
                    "本省",
                    dice.choice(("小型", "微型", "中型")),
                    service_year,
                    f"FW-{service_year}-{number + 1:03d}",
                    f"{service_year}-0{dice.randrange(1, 9)}-1{dice.randrange(0, 9)}",
                    dice.choice(("技术咨询", "检验检测", "人才培训", "融资对接")),
                    dice.randrange(0, 20) * 500,
                    "不满意" if number % 17 == 0 else "满意",
                    "降低成本，缩短交货期",
                )
            )
    return make_roster("smes", rows)


@cache
def _facility_roster(year: int) -> bytes:
    dice = random.Random(8)
    names = (
        "三坐标测量仪",
        "光谱分析仪",
        "高低温试验箱",
        "服务器",
        "培训教室",
        "协同办公系统",
        "三维扫描仪",
        "检测实验台",
    )
    rows = [
        (
            f"{dice.choice(names)}{n + 1}",
            f"M-{dice.randrange(100, 999)}",
            dice.choice(("设施", "软件", "仪器设备")),
            dice.randrange(1, 6),
            round(dice.uniform(2, 80), 2),
            f"{year - dice.randrange(5, 13)}-05-20",
            "面向中小企业服务",
            "是",
        )
        for n in range(24)
    ]
    return make_roster("facilities", rows)


def stream(content: bytes, name: str = "") -> io.BytesIO:
    """As an upload comes: bytes with a name."""
    upload = io.BytesIO(content)
    upload.name = name
    return upload


def paper(name: str = "证明材料.pdf", title: str = "") -> io.BytesIO:
    """Generated evidence as an upload; the name is its title where none is given."""
    return stream(evidence_pdf(title or name.removesuffix(".pdf")), name)
