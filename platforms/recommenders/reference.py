"""The 37 provincial-level departments of Art. 3, with official names, short labels and marks.

31 provinces, autonomous regions and municipalities in the order of GB/T 2260, then the five cities
with separate plans (计划单列市) and the Xinjiang corps. Contacts are entered by each department.
Carries out Art. 3.
"""

from __future__ import annotations

from django.db import transaction

from platforms.models import Recommender

DEPARTMENTS = (
    ("11", "北京市经济和信息化局", "北京", "京"),
    ("12", "天津市工业和信息化局", "天津", "津"),
    ("13", "河北省工业和信息化厅", "河北", "冀"),
    ("14", "山西省工业和信息化厅", "山西", "晋"),
    ("15", "内蒙古自治区工业和信息化厅", "内蒙古", "蒙"),
    ("21", "辽宁省工业和信息化厅", "辽宁", "辽"),
    ("22", "吉林省工业和信息化厅", "吉林", "吉"),
    ("23", "黑龙江省工业和信息化厅", "黑龙江", "黑"),
    ("31", "上海市经济和信息化委员会", "上海", "沪"),
    ("32", "江苏省工业和信息化厅", "江苏", "苏"),
    ("33", "浙江省经济和信息化厅", "浙江", "浙"),
    ("34", "安徽省工业和信息化厅", "安徽", "皖"),
    ("35", "福建省工业和信息化厅", "福建", "闽"),
    ("36", "江西省工业和信息化厅", "江西", "赣"),
    ("37", "山东省工业和信息化厅", "山东", "鲁"),
    ("41", "河南省工业和信息化厅", "河南", "豫"),
    ("42", "湖北省经济和信息化厅", "湖北", "鄂"),
    ("43", "湖南省工业和信息化厅", "湖南", "湘"),
    ("44", "广东省工业和信息化厅", "广东", "粤"),
    ("45", "广西壮族自治区工业和信息化厅", "广西", "桂"),
    ("46", "海南省工业和信息化厅", "海南", "琼"),
    ("50", "重庆市经济和信息化委员会", "重庆", "渝"),
    ("51", "四川省经济和信息化厅", "四川", "川"),
    ("52", "贵州省工业和信息化厅", "贵州", "黔"),
    ("53", "云南省工业和信息化厅", "云南", "滇"),
    ("54", "西藏自治区经济和信息化厅", "西藏", "藏"),
    ("61", "陕西省工业和信息化厅", "陕西", "陕"),
    ("62", "甘肃省工业和信息化厅", "甘肃", "甘"),
    ("63", "青海省工业和信息化厅", "青海", "青"),
    ("64", "宁夏回族自治区工业和信息化厅", "宁夏", "宁"),
    ("65", "新疆维吾尔自治区工业和信息化厅", "新疆", "新"),
    ("2102", "大连市工业和信息化局", "大连", "连"),
    ("3702", "青岛市民营经济发展局", "青岛", "岛"),
    ("3302", "宁波市经济和信息化局", "宁波", "甬"),
    ("3502", "厦门市工业和信息化局", "厦门", "厦"),
    ("4403", "深圳市中小企业服务局", "深圳", "深"),
    ("6600", "新疆生产建设兵团工业和信息化局", "兵团", "兵"),
)


KNOWN = {code for code, *_ in DEPARTMENTS}


def department_of_code(uscc: str) -> str:
    """The code of the department on whose territory a unit's code was given out: digits 3 to 8 are its region."""
    city, province = uscc[2:6], uscc[2:4]
    return next((code for code in (city, province) if code in KNOWN), "")


CORPS = {"6600": "65"}  # the corps lies in Xinjiang; a city's code begins with its province's


def provinces() -> dict[object, str]:
    """Department → the province it lies in: 大连 lies in 辽宁, and who speaks of one province means both."""
    rows = Recommender.objects.filter(kind=Recommender.Kind.DEPARTMENT).values_list("pk", "code")
    return {pk: CORPS.get(code, code[:2]) for pk, code in rows}


@transaction.atomic
def load_departments() -> int:
    """Insert what is missing; what officials have edited since stays as it is. Returns how many are new."""
    new = 0
    for order, (code, name, label, mark) in enumerate(DEPARTMENTS, start=1):
        _, created = Recommender.objects.get_or_create(
            code=code,
            defaults={
                "kind": Recommender.Kind.DEPARTMENT,
                "name": name,
                "label": label,
                "mark": mark,
                "order": order,
                "seal_text": name,
            },
        )
        new += created
    return new
