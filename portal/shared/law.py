"""Measures in force: their title and the article of each subject, said once for sentences, acts and letters.

An edition's own figures carry their article in the edition (applications/editions/); what is the same for every year
is cited from here.
"""

from __future__ import annotations

ORDINALS = "零一二三四五六七八九十"


def ordinal(number: int) -> str:
    """12 → 十二"""
    if number <= 10:
        return ORDINALS[number]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else ORDINALS[tens]) + "十" + (ORDINALS[ones] if ones else "")


def cite(number: int, *items: str) -> str:
    """5, 一, 三 → 第五条（一）（三）"""
    return f"第{ordinal(number)}条" + "".join(f"（{item}）" for item in items if item)


def number_of(cited: str) -> int:
    """第五条（八） → 5"""
    return next(number for number in range(1, 100) if cited.startswith(cite(number)))


MEASURES = "国家中小企业公共服务示范平台管理暂行办法"
FUNCTIONS = cite(2)
AUTHORITIES = cite(3)
PRINCIPLES = cite(4)
CONDITIONS = cite(5)
RELAXATION = cite(5, "八")
RECOMMENDING = cite(6)
EVALUATION = cite(7)
MATERIALS = cite(8)
PUBLICITY = cite(9)
ANNOUNCEMENT = cite(10)
HANDLING = cite(11)
REGISTER = cite(12)
DUTIES = cite(13)
REREVIEW = cite(14)
SUPERVISION = cite(15)
SUPPORT = cite(16)
AUDIT = cite(17)
PROVINCES = cite(18)
ASSOCIATIONS = cite(19)
INTERPRETATION = cite(20)


def condition(item: str) -> str:
    """One of the conditions of a title; without an item all of them."""
    return cite(5, item)
