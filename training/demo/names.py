"""Invented names for the demonstration; none stands for a real unit or person."""

from __future__ import annotations

import random

CITIES = {
    "北京": "北京",
    "天津": "天津",
    "河北": "石家庄",
    "山西": "太原",
    "内蒙古": "包头",
    "辽宁": "沈阳",
    "吉林": "长春",
    "黑龙江": "哈尔滨",
    "上海": "上海",
    "江苏": "苏州",
    "浙江": "杭州",
    "安徽": "合肥",
    "福建": "泉州",
    "江西": "南昌",
    "山东": "潍坊",
    "河南": "洛阳",
    "湖北": "武汉",
    "湖南": "株洲",
    "广东": "东莞",
    "广西": "柳州",
    "海南": "海口",
    "重庆": "重庆",
    "四川": "成都",
    "贵州": "遵义",
    "云南": "昆明",
    "西藏": "拉萨",
    "陕西": "西安",
    "甘肃": "兰州",
    "青海": "西宁",
    "宁夏": "银川",
    "新疆": "乌鲁木齐",
    "大连": "大连",
    "宁波": "宁波",
    "厦门": "厦门",
    "青岛": "青岛",
    "深圳": "深圳",
    "兵团": "石河子",
}
WORDS = (
    "云帆",
    "恒信",
    "启明",
    "瑞泽",
    "联创",
    "众源",
    "汇智",
    "博远",
    "中科",
    "安泰",
    "新锐",
    "德信",
    "东方",
    "卓越",
    "华兴",
    "融通",
    "正源",
    "弘毅",
)
FIELDS = (
    ("中小企业技术创新服务平台", ("technology", "information"), "科技服务有限公司"),
    ("检验检测公共技术服务平台", ("quality", "technology"), "检测认证有限公司"),
    ("中小企业融资服务平台", ("financing", "information"), "企业服务中心"),
    ("创业孵化公共服务平台", ("startup", "training"), "创业服务有限公司"),
    ("节能环保公共服务平台", ("energy_saving", "environment"), "环境科技有限公司"),
    ("数字化转型公共服务平台", ("information", "management"), "信息技术有限公司"),
    ("现代物流公共服务平台", ("logistics", "commerce"), "供应链管理有限公司"),
    ("人才培训公共服务平台", ("training", "management"), "企业管理咨询有限公司"),
)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = (
    "伟",
    "芳",
    "晓岚",
    "建国",
    "敏",
    "静",
    "志强",
    "丽华",
    "海涛",
    "雪梅",
    "文博",
    "思远",
    "俊杰",
    "婷",
    "明辉",
    "雅琴",
    "浩然",
    "秀英",
    "子涵",
    "国栋",
)


def person(dice: random.Random) -> str:
    return dice.choice(SURNAMES) + dice.choice(GIVEN)


def make_uscc(dice: random.Random) -> str:
    """A code with a right check digit that belongs to nobody known."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    body = "91" + dice.choice(("110108", "330106", "320505", "440305", "510107", "370702", "420111")) + "MA"
    body += "".join(dice.choice(alphabet) for _ in range(17 - len(body)))
    total = sum(alphabet.index(char) * weight for char, weight in zip(body, weights, strict=True))
    return body + alphabet[(31 - total % 31) % 31]
