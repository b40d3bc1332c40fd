"""How the title of an official text turns (GB/T 9704): where a word ends, lines as even as words allow. Pure."""

from __future__ import annotations

import re
from unicodedata import east_asian_width

TITLE_CHARACTERS = 20


def width(text: str) -> float:
    """Full-width characters; a Latin letter, a digit or a space takes half the room."""
    return sum(1 if east_asian_width(character) in "WFA" else 0.5 for character in text)


# What a title's line never breaks inside (GB/T 9704: a title turns where a word ends).
WORDS = (
    "国家中小企业",
    "国家",
    "中小企业",
    "公共服务",
    "示范平台",
    "服务平台",
    "平台",
    "办公厅",
    "关于",
    "年度",
    "拟认定",
    "拟确认",
    "认定",
    "三年复核",
    "复核",
    "合格",
    "不合格",
    "名单",
    "更正",
    "撤销",
    "终止",
    "放弃",
    "称号",
    "暂停",
    "恢复",
    "申报工作",
    "抽查",
    "结果",
    "整改",
    "期限",
    "的公示",
    "的公告",
    "的通知",
    "公示",
    "公告",
    "通知",
    "的",
)
# A department's name in pieces: 天津市 · 工业和信息化局, 广西壮族自治区 · 经济和信息化委员会.
OFFICES = r"(?:工业|经济)和信息化(?:部|厅|局|委员会)?|民营经济发展局|新疆生产建设兵团|[一-鿿]{2,5}?自治区|[一-鿿]{2,3}?[省市]"
TOKENS = re.compile(
    rf"[（〔《“][^）〕》”]*[）〕》”]|第\S批|\d+ ?年度?|{'|'.join(sorted(WORDS, key=len, reverse=True))}|{OFFICES}|[A-Za-z0-9.\-]+|\s+|."
)
CLINGING = ("的", "的公示", "的公告", "的通知", "、", "，", "）", "》", "批")  # what no line begins with


def words_of(title: str) -> list[str]:
    """The pieces between which a line may end."""
    tokens: list[str] = []
    for token in TOKENS.findall(" ".join(title.split())):
        if tokens and token in CLINGING:
            tokens[-1] += token
        else:
            tokens.append(token)
    return tokens


def break_title(title: str, *, room: int = TITLE_CHARACTERS) -> list[str]:
    """The title's lines: as few as it takes, as even as words allow, none with a lone character."""
    tokens = words_of(title)
    # of the tokens so far: (fewest lines and then least raggedness, where the last line begins)
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(tokens) + 1):
        choices = []
        for begin in range(end):
            wide = width("".join(tokens[begin:end]).strip())
            if wide <= room or end - begin == 1:
                choices.append((best[begin][0] + room**2 * 10 + (room - wide) ** 2, begin))
        best.append(min(choices))
    lines, end = [], len(tokens)
    while end:
        begin = best[end][1]
        lines.insert(0, "".join(tokens[begin:end]).strip())
        end = begin
    return lines or [title]
