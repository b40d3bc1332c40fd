"""样表: a filled example of each material and form, with invented facts, made from the edition's own specifications."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from applications.dossiers.documents import words
from applications.editions import Edition, MaterialSpec
from applications.guide.sample_texts import text_of
from applications.report.offline import report_docx
from applications.rosters.templates import make_roster

MARK = "样表：单位、人员和数字均为虚构，仅供参考格式和写法。"
UNIT, PLATFORM = "示例市创新中小企业服务有限公司", "示例市中小企业公共服务平台"
CODE = "91330100MA27X00X0Y"  # of the right length and no unit's
OFFICE = "示例省中小企业主管部门"

ROSTER_ROWS = {
    "staff": (
        (
            "张示例",
            "01001X",
            "总经理",
            "硕士",
            "工商管理",
            "副高",
            "高级经济师",
            "是",
            "2016-06-01",
            "GJ-0001",
            110,
        ),
        (
            "李示例",
            "020022",
            "检测部主任",
            "本科",
            "机械工程",
            "中级",
            "工程师",
            "是",
            "2018-03-01",
            "ZJ-0118",
            90,
        ),
        ("王示例", "030033", "培训专员", "大专", "人力资源", "无", "", "是", "2022-09-01", "", 36),
    ),
    "smes": (
        (
            "示例甲机械有限公司",
            "",
            "示例市",
            "小型",
            2025,
            "XY-2025-001",
            "2025-03-01",
            "产品检测",
            5000,
            "满意",
            "检测周期由十天缩短到四天",
            "赵工",
            "0571-00000000",
        ),
        (
            "示例乙纺织有限公司",
            "",
            "示例市",
            "微型",
            2025,
            "XY-2025-002",
            "2025-04-10",
            "技术培训",
            0,
            "基本满意",
            "二十名员工取得证书",
            "",
            "",
        ),
        (
            "示例甲机械有限公司",
            "",
            "示例市",
            "小型",
            2024,
            "XY-2024-007",
            "2024-05-06",
            "技术咨询",
            3000,
            "满意",
            "",
            "赵工",
            "0571-00000000",
        ),
    ),
    "facilities": (
        ("三坐标测量机", "C-100", "仪器设备", 1, 68.5, "2022-05-01", "零部件精度检测", "是"),
        ("公共服务信息系统", "V3.0", "软件", 1, 36, "2023-08-15", "服务受理和回访", "是"),
        ("培训教室", "", "设施", 2, 20, "", "中小企业人员培训", "是"),
    ),
}

REPORT = {
    "overview": {
        "total_assets": "1280",
        "fixed_assets": "260",
        "liabilities": "180",
        "finance": [
            {
                "year": "2024",
                "income": "1180",
                "service_income": "795",
                "subsidy": "60",
                "service_expense": "640",
                "balance": "52",
            },
            {
                "year": "2025",
                "income": "1320",
                "service_income": "860.5",
                "subsidy": "60",
                "service_expense": "702.3",
                "balance": "58.2",
            },
        ],
    },
    "area": {"service_area": "示例市装备制造产业集群", "clusters": ["cluster", "park"]},
    "capacity": {
        "staff": "26",
        "professionals": "22",
        "site_area": "1260",
        "site_kind": "rent",
        "site_until": "2029-12-31",
        "equipment": "64",
    },
    "performance": {
        "smes_before": "118",
        "smes_last": "130",
        "services_last": "640",
        "satisfaction": "94",
        "survey": "电话回访和问卷",
        "survey_sample": "100",
        "public_services": "46",
        "partners": "12",
    },
    "management": {"has_rules": True, "has_prices": True, "has_plan": True},
    "leader": {"leader_name": "张示例", "leader_title": "总经理，高级经济师", "leader_years": "16"},
    "recognition": {"poor_area": False},
    "changes": {"changed": False},
}
FIELDS = {
    "licence": {
        "licence_kind": "business",
        "licence_name": UNIT,
        "licence_code": CODE,
        "established_on": "2014-06-18",
    },
    "audit": {
        "firm": "示例会计师事务所",
        "report_number": "审字〔2026〕第 1 号",
        "audit_year": "2025",
        "service_income": "860.5",
        "service_expense": "702.3",
        "opinion": "clean",
    },
    "quality": {"body": "示例认证有限公司", "certificate_number": "Q-0001", "valid_until": "2027-10-31"},
    "honours": [
        {
            "name": "省级中小企业公共服务示范平台",
            "kind": "recognition",
            "level": "provincial",
            "issuer": OFFICE,
            "document": "〔2024〕36 号",
            "issued_on": "2024-09-12",
        },
    ],
    "support": [
        {
            "year": "2025",
            "department": OFFICE,
            "project": "公共服务平台能力提升",
            "amount": "60",
            "document": "〔2025〕12 号",
        },
    ],
}
# What the paper itself should hold, heading by heading; of a certificate there is nothing to write.
OUTLINES: dict[str, tuple[tuple[str, str], ...]] = {
    "licence": (("扫描件", "原件正面彩色扫描，文字和印章清晰；变更过名称的，附登记机关的变更通知。"),),
    "audit": (
        (
            "一、审计意见",
            "我们审计了示例市创新中小企业服务有限公司 2025 年度服务收支情况专项报表……在所有重大方面公允反映了其服务收支情况。",
        ),
        (
            "二、服务收支情况",
            "服务收入 860.5 万元，其中检测 420 万元、培训 180.5 万元、咨询 260 万元；服务支出 702.3 万元。不含投资收益、利息和租金。",
        ),
        ("三、政府补助", "上年收到政府补助 60 万元，与材料（十）一致。"),
        ("四、签章", "会计师事务所盖章，两名注册会计师签名盖章，附事务所营业执照和执业证书复印件。"),
    ),
    "plan": (
        ("一、现状", "人员 26 人，设备 64 台（套），上年服务中小企业 130 家。"),
        ("二、目标", "2028 年服务中小企业 180 家以上，用户满意度保持 90% 以上，新增检测项目两类。"),
        ("三、措施", "按年度列出项目、负责人、投入和完成时间。"),
        ("四、品牌建设", "服务品牌、宣传渠道和年度安排。"),
    ),
    "quality": (
        (
            "证书或者说明",
            "有证书的上传证书及最近一次监督审核证明；没有的在线填写原因，例如“认证机构审核中，预计 2026 年 6 月取得证书”。",
        ),
    ),
    "honours": (
        ("证书", "省级及以上部门的认定、表彰逐项登记，一证一份扫描件；登记的名称、文号、日期与证书一致。"),
    ),
    "support": (("证明文件", "拨款文件、项目合同或者到账凭证，能看出部门、年度和金额。"),),
    "other": (("可以提供", "场所产权或者租赁合同、典型案例、媒体报道、服务协议样本；文件名写明内容。"),),
    "declaration": (
        (
            "怎样声明",
            "由负责人在提交页阅读并勾选声明，填写姓名和职务；首次声明的上传加盖公章的授权书。不需要另交纸质声明。",
        ),
    ),
    "summary3": (
        ("一、三年主要数据", "逐年列出服务中小企业数、服务次数、满意度、服务收入和支出，与年度总结一致。"),
        ("二、公益性服务", "三年开展公益性服务 138 次，惠及中小企业 260 家。"),
        ("三、受托任务和带动", "承接政府委托任务 9 项，带动社会服务机构 12 家。"),
        ("四、问题和打算", "如实写明不足和下一个三年的安排。"),
    ),
}
FIELDS["audit3"], OUTLINES["audit3"] = FIELDS["audit"], OUTLINES["audit"]
LETTER = (
    (
        "授权书",
        f"兹授权张示例（总经理）代表{UNIT}在国家中小企业公共服务示范平台系统中对“{PLATFORM}”的申报材料作真实性声明并提交，其声明和提交行为由本单位承担责任。",
    ),
    ("授权期限", "自签发之日起至本单位书面撤销之日止。"),
    ("单位（盖章）", f"{UNIT}　统一社会信用代码：{CODE}"),
    ("法定代表人（签字）", "陈示例"),
    ("日期", "2026 年 3 月 1 日"),
)


def sample_of(edition: Edition, code: str) -> tuple[str, str, Callable[[], bytes]] | None:
    """(name, ending, how it is made) of a material, of 授权书, or of a form by its name; None for what there is none of."""
    if code == "authorisation":
        return "授权书", "docx", lambda: _paper("授权书", LETTER[1:], opening=LETTER[0][1])
    if code in ("annex2", "annex3"):
        form = edition.forms[code]
        return (
            form.short_title,
            "docx",
            lambda: report_docx(form, _filled(form), title=form.title, notes=(MARK,)),
        )
    specs = {one.code: one for one in (*edition.rereview_materials, *edition.materials)}
    spec = specs.get(code)
    if spec is None or spec.kind == "report":
        return None
    if spec.roster:
        rows = ROSTER_ROWS[spec.roster]
        return spec.short_title, "xlsx", lambda: make_roster(spec.roster, rows)
    opening = edition.declaration if spec.is_declaration else ""
    parts = OUTLINES.get(spec.code, ())
    return spec.short_title, "docx", lambda: _paper(spec.title, parts, spec=spec, opening=opening)


def _filled(form) -> dict[str, dict]:
    """The invented figures, and in every long text what belongs there."""
    data = {}
    for section in form.sections:
        texts = {
            one.code: text_of(one.code, one.label)
            for one in section.fields
            if one.kind == "longtext" and one.required
        }
        data[section.code] = {**texts, **REPORT.get(section.code, {})}
        for table in section.tables:
            if table.code == "years":
                data[section.code]["years"] = _three_years()
    return data


YEARS = (
    (
        "year",
        "assets",
        "staff",
        "ratio",
        "service_income",
        "service_expense",
        "smes",
        "services",
        "satisfaction",
    ),
    ("2023", "1150", "24", "83.3", "742", "611.5", "110", "540", "92"),
    ("2024", "1210", "25", "84", "795", "640", "118", "590", "93"),
    ("2025", "1280", "26", "84.6", "860.5", "702.3", "130", "640", "94"),
)
OPEN_TO_ALL = ({"public_services": "45"}, {"public_services": "47"}, {"public_services": "46"})


def _three_years() -> list[dict[str, str]]:
    head, *rows = YEARS
    return [
        {**dict(zip(head, row, strict=True)), **more, "entrusted": "3", "partners": "12"}
        for row, more in zip(rows, OPEN_TO_ALL, strict=True)
    ]


def _paper(
    title: str, parts: Sequence[tuple[str, str]], *, spec: MaterialSpec | None = None, opening=""
) -> bytes:
    import docx  # slow to load, and few processes ever write Word

    document = docx.Document()
    document.add_heading(title, 0)
    document.add_paragraph(MARK)
    for line in (opening, spec.guidance if spec else ""):
        if line:
            document.add_paragraph(line)
    for heading, text in parts:
        document.add_heading(heading, 1)
        document.add_paragraph(text)
    if spec and spec.code in FIELDS:
        document.add_heading("在线登记的内容", 1)
        _write_fields(document, spec)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _write_fields(document, spec: MaterialSpec) -> None:
    values = FIELDS[spec.code]
    if spec.table:
        lines = [[one.label for one in spec.table.columns]]
        lines += [[words(one, row.get(one.code)) for one in spec.table.columns] for row in values]
    else:
        lines = [
            ["项目", "填写内容"],
            *([one.label, words(one, values.get(one.code))] for one in spec.fields),
        ]
    table = document.add_table(rows=0, cols=len(lines[0]), style="Table Grid")
    for line in lines:
        for cell, text in zip(table.add_row().cells, line, strict=True):
            cell.text = text
