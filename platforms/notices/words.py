"""Words of a notice: what kind it is, its title, 文号 and day, how many it says it names, until when titles hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise

import unicodedata2

from platforms.departments import place_label
from platforms.notices.marks import CHINESE, read_chinese
from platforms.notices.rows import province_line
from platforms.notices.sources import Block, Line, Table
from platforms.register.services import last_day_of_term

GRANT, CONFIRM, REVOKE, LAPSE, DUE, RENAME, PUBLICITY, SURRENDER, RECTIFY, PLAQUE, CORRECT = (
    "grant",
    "confirm",
    "revoke",
    "lapse",
    "rereview_due",
    "rename",
    "publicity",
    "surrender",
    "rectify",
    "plaque",
    "correct",
)
LABELS = {
    GRANT: "授予称号",
    CONFIRM: "复核合格",
    REVOKE: "撤销称号",
    LAPSE: "称号失效",
    DUE: "应当复核的名单",
    RENAME: "更名",
    PUBLICITY: "公示（不是授予）",
    SURRENDER: "放弃称号",
    RECTIFY: "整改合格",
    PLAQUE: "收回牌子",
    CORRECT: "更正",
    "mixed": "含多种事项",
    "": "不能判断",
}
# In the order in which they decide: 撤销 beside 复核 is the stronger word of a heading.
SIGNS = (
    (PUBLICITY, re.compile(r"公示(?!期|无异议|后|结束|和|，|、)")),
    (CORRECT, re.compile(r"更正|勘误")),
    (RECTIFY, re.compile(r"整改(后)?[^不未]{0,4}(合格|通过|到位)|通过整改")),
    (RENAME, re.compile(r"更名|名称变更|变更名称|变更.{0,8}名称")),
    # 因注销、自愿放弃等原因终止称号 says of each row's remark which it is.
    (LAPSE, re.compile(r"(注销|到期|期满|届满)[^，。]{0,12}放弃|放弃[^，。]{0,12}(注销|到期|期满|届满)")),
    (
        SURRENDER,
        re.compile(r"(自愿)?(放弃|退出).{0,20}(称号|资格|复核|名单|示范平台)|示范平台(自愿)?退出"),
    ),
    (REVOKE, re.compile(r"撤销|取消.{0,24}(称号|资格|名单|平台)|不再(保留|授予)")),
    (LAPSE, re.compile(r"不再(具有|享有|拥有|作为)|失效|期满|到期|终止.{0,10}称号|不再.{0,6}(有效|享有)")),
    (
        CONFIRM,
        re.compile(r"(合格|通过)[和与及、/](复核)?(不合格|未通过|不通过)"),
    ),  # both: each list says its own
    (
        REVOKE,
        re.compile(
            r"(复核|整改).{0,6}(不合格|未能?通过|不予?通过|不到位)|(未能?|不予?)通过.{0,6}复核|(不合格|未能?通过|不予?通过).{0,8}(名单|平台)"
        ),
    ),
    (
        DUE,
        re.compile(
            r"(开展|组织|做好|进行).{0,30}复核|(?<!通过)(?<!合格)(?<!确认)复核(平台|单位|对象)?名单|(应|需|待|参加|拟).{0,4}复核|复核.{0,6}(工作的通知|范围|对象)"
        ),
    ),
    (
        CONFIRM,
        re.compile(
            r"(通过|合格|确认|保留|继续).{0,12}复核|复核.{0,14}(通过|合格|确认|结果|意见)|继续保留|继续有效"
        ),
    ),
    (PLAQUE, re.compile(r"收回.{0,24}(牌子|牌匾|标牌|铜牌)")),
    (GRANT, re.compile(r"授予|认定|(公布|确定|印发).{0,40}(名单|示范平台)|示范平台.{0,12}名单")),
)
NUMBER = re.compile(
    r"((?:工信部|工信厅|工企业|国工信|工业和信息化部)[\u4e00-\u9fff]{0,10}\s*[〔\[(（【［]\s*\d{4}\s*[〕\])）】］]\s*(?:第\s*)?\d{1,4}\s*号"
    r"|工业和信息化部(?:公告|通告)?\s*\d{4}\s*年\s*第\s*\d{1,3}\s*号)"
)
PROVINCIAL = re.compile(r"省级|市级|自治区级|(省|自治区|市|兵团)中小企业公共服务(示范)?平台")
# Other titles, and what those who hold this one are granted besides: no list of such a notice gives the title.
OTHER_TITLE = re.compile(
    r"示范基地|创业基地|基地名单|孵化器|产业集群|小巨人|专精特新|单项冠军|示范园区|产业园区?名单|瞪羚|领航企业"
)
PRIVILEGE = re.compile(r"免税|免征|减免|进口税|税收(优惠)?政策|税收优惠|资金(支持|补助|奖励)|奖补")
OURS = re.compile(r"公共服务平台|示范平台|服务平台")
ANY_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{2,16}\s?[〔\[(（【［﹝]\s?\d{4}\s?[〕\])）】］﹞]\s?(?:第\s?)?\d{1,4}\s?号"
)
OFFICE_OF = re.compile(r"([\u4e00-\u9fff]{2,10}?(?:省|自治区|市|兵团))[\u4e00-\u9fff]{2,20}关于")
BARE_NUMBER = re.compile(r"^(?:\d{4}\s*年\s*)?第\s*\d{1,3}\s*号$")
YEAR = re.compile(r"[12〇○零一二]")
PLAIN_DAY = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$")
CHINESE_DAY = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
DAY = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
POSTED = re.compile(
    r"(?:发布|成文|印发|发文|公布)(?:时间|日期)\s*[:：]?\s*(\d{4})[-年./](\d{1,2})[-月./](\d{1,2})"
)
STAMPED = re.compile(
    r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\s+(?:\d{1,2}:\d{2}|来源|作者)"
)  # a website's line
OTHER_DAY = re.compile(r"有效期|有效时间|日(之|以)?前|截止")  # of a term: no day of the notice
COUNT = re.compile(
    r"(?<!第)(?:等|共|计|合计|共计)\s*(\d{1,4})\s*(?:家|个|户)|[(（]\s*(?:共)?\s*(\d{1,4})\s*(?:家|个)\s*[)）]|(\d{1,4})\s*(?:家|个)[^。，；,;]{0,24}?(?:平台|单位)"
)
TITLE = re.compile(
    r"关于.{2,80}(通告|通知|公告|通报|决定|公示|函|名单|意见|结果)$|^.{0,40}(通告|公告|通报|决定|公示)$"
)
OFFICE = re.compile(r"[\u4e00-\u9fff]{2,30}(部|厅|局|司|委员会|办公厅|办公室)")
# A sentence about titles of other notices: 未在此通告名单内的2014年复核通过的示范平台有效期至…
OTHERS_TERM = re.compile(r"未在|不在.{0,8}名单|未列入|名单(以|之)?外")
HEAD = re.compile(
    r"^(.{0,30}关于[^。《》]{2,80}?的(?:通告|通知|公告|通报|决定|公示|复函|函))(?=\s|[(（〔\[]?工信|各省)"
)


@dataclass
class Words:
    kind: str = ""
    title: str = ""
    number: str = ""
    on: date | None = None
    valid_until: date | None = None
    count: int | None = None
    counts: frozenset[int] = frozenset()  # all that it names
    is_provincial: bool = False  # of a title that a province grants
    is_other: bool = False  # of another title, or of what holders are granted besides
    place: str = ""  # the province whose office issued or passed it on


@lru_cache(maxsize=20_000)
def names_other_title(text: str) -> bool:
    plain = re.sub(r"\s|《[^《》]{0,80}》", "", text)
    return bool(OTHER_TITLE.search(plain)) and not OURS.search(plain)


def is_of_other(title: str) -> bool:
    """Whether a notice of that title is about another title, or about what holders of this one are granted."""
    plain = re.sub(r"\s|《[^《》]{0,80}》", "", title)
    return names_other_title(title) or ("名单" in plain and bool(PRIVILEGE.search(plain)))


@lru_cache(maxsize=20_000)
def kind_in(text: str) -> str:
    """What a heading or a title speaks of; empty when it says nothing."""
    plain = re.sub(r"\s|《[^《》]{0,60}(?:办法|规定)[^《》]{0,40}》", "", text)
    return next((kind for kind, sign in SIGNS if sign.search(plain)), "")


def is_provincial(title: str) -> bool:
    return bool(PROVINCIAL.search(title) and "国家" not in title)


def read_words(blocks: Sequence[Block]) -> Words:
    lines = [block for block in blocks if isinstance(block, Line)]
    texts = [line.text for line in lines]
    found = Words(title=_title(texts))
    found.number = _number(texts)
    found.on = _day(texts)
    found.kind = kind_in(found.title) or next(filter(None, map(kind_in, texts)), "")
    speaking = [
        text for text in texts if not province_line(text.partition("：")[0])
    ]  # 北京市（5家） counts its own
    found.count = _count(found.title, speaking)
    found.counts = frozenset(_all_counts(speaking))
    found.is_provincial, found.is_other = is_provincial(found.title), is_of_other(found.title)
    found.kind = "" if found.is_other else found.kind
    issuer = OFFICE_OF.match(found.title)
    found.place = place_label(issuer[1]) if issuer else ""
    # A sentence that was broken over printed lines is read as one.
    found.valid_until = (
        _term([*texts, "".join(texts[:60])], found.on) if found.kind in (GRANT, CONFIRM) else None
    )
    return found


def _title(texts: Sequence[str]) -> str:
    """The first line that is one, with its continuation when it was broken over a few."""
    for at in range(min(60, len(texts))):
        if "关于" not in texts[at] and not (
            OFFICE.fullmatch(texts[at]) and "关于" in "".join(texts[at + 1 : at + 2])
        ):
            continue
        for parts in (1, 2, 3, 4, 5):
            joined = re.split(r"[>›»|｜]", "".join(texts[at : at + parts]))[-1]
            joined = NUMBER.sub("", joined) if joined.endswith("号") else joined
            joined = joined.strip()
            start = joined.find("关于")
            if start < 0 or start > 40 or len(joined) > 140:
                continue
            if TITLE.search(joined) and "。" not in joined and not joined.startswith(("根据", "按照", "为")):
                return re.sub(r"^(标题|题名|名称)[:：]\s*", "", joined)
    if head := next((found for text in texts[:20] if (found := HEAD.match(text))), None):
        return head[1].strip()
    short = [text for text in texts[:20] if len(text) <= 60]
    named = [text for text in short if TITLE.search(text)] or [
        text
        for text in short
        if "示范平台" in text and re.search(r"(名单|名录)([(（][^()（）]{1,12}[)）])?$", text)
    ]
    return re.sub(r"^附\s*件\s*\d*\s*[:：]\s*", "", next(iter(named), texts[0][:80] if texts else ""))


def _number(texts: Sequence[str]) -> str:
    """The notice's own: a line of its own or near its head before those it quotes."""
    plain = [unicodedata2.normalize("NFKC", text) for text in texts]
    own = [text for text in plain[:25] if (found := NUMBER.search(text)) and len(text) - len(found[0]) <= 8]
    for text in [*own, *plain[:25]]:
        found = NUMBER.search(text)
        quoted = found and re.search(r"[《(]", text[: found.start()][-3:]) and text not in own
        if found and not quoted:
            return spell_number(found[0])
    alone = next((text for text in plain[:25] if ANY_NUMBER.fullmatch(text.strip())), "")
    if alone:
        return spell_number(alone)
    bare = next((text for text in plain[:25] if BARE_NUMBER.match(text.strip())), "")
    return re.sub(r"\s", "", bare) or _broken_number(plain)


def _broken_number(plain: Sequence[str]) -> str:
    """Some pages put each change of script on a line of its own: 工信部企业〔, 2020, 〕, 326, 号."""
    words = "".join(plain[:40])
    found = next(
        (one for one in NUMBER.finditer(words) if words[one.start() - 1 : one.start()] not in ("(", "《")),
        None,
    )
    return spell_number(found[0]) if found else ""


def spell_number(text: str) -> str:
    """With the six-cornered brackets of a 文号."""
    plain = re.sub(r"\s", "", unicodedata2.normalize("NFKC", text))
    return re.sub(r"[\[(【〔](\d{4})[\])】〕]第?", r"〔\1〕", plain)


def _day(texts: Sequence[str]) -> date | None:
    """The day below the signature; else when it was put on the site; else the last day that is named."""
    plain = [unicodedata2.normalize("NFKC", text) for text in texts]
    alone = [day for text in plain if len(text) <= 24 and (day := _as_day(text, whole=True))] or _broken_days(
        plain
    )
    if alone:
        return alone[0] if len(set(alone)) == 1 else _signed(plain) or alone[-1]
    posted = next(
        (found for sign in (POSTED, STAMPED) for text in plain if (found := sign.search(text))), None
    )
    if posted:
        return date(*map(int, posted.groups()))
    return next(
        (day for text in reversed(plain) if not OTHER_DAY.search(text) and (day := _as_day(text))), None
    )


def _broken_days(plain: Sequence[str]) -> list[date]:
    """2020, 年, 12, 月, 11, 日 on lines of their own."""
    found = []
    for at in range(len(plain)):
        if not YEAR.match(plain[at]):
            continue
        for parts in range(2, 7):
            pieces = plain[at : at + parts]
            if (
                len(pieces) == parts
                and max(map(len, pieces)) <= 8
                and (day := _as_day("".join(pieces), whole=True))
            ):
                found.append(day)
    return found


def _signed(plain: Sequence[str]) -> date | None:
    for before, text in pairwise(plain):
        if re.search(r"(工业和信息化部|办公厅|中小企业局|司)$", before) and (
            day := _as_day(text, whole=True)
        ):
            return day
    return None


def _as_day(text: str, *, whole: bool = False) -> date | None:
    if not ("日" in text or "-" in text or "." in text or "/" in text):
        return None
    for pattern, convert in ((DAY, int), (CHINESE_DAY, _chinese), (PLAIN_DAY, int)):
        found = pattern.search(re.sub(r"\s", "", text))
        if found and (not whole or len(re.sub(r"\s", "", text)) - len(found[0]) <= 6):
            try:
                return date(*(convert(part) for part in found.groups()))
            except ValueError:
                return None
    return None


def _chinese(text: str) -> int:
    if len(text) == 4:
        return int("".join(str(CHINESE[char]) for char in text))
    return read_chinese(text)


def _count(title: str, texts: Sequence[str]) -> int | None:
    for text in [title, *texts]:
        if count := count_in(text):
            return count
    return None


def _all_counts(texts: Sequence[str]) -> Iterator[int]:
    for text in [*texts, "".join(texts[:60])]:
        for found in COUNT.finditer(unicodedata2.normalize("NFKC", text)):
            yield int(next(filter(None, found.groups())))


def count_in(text: str) -> int | None:
    found = COUNT.search(unicodedata2.normalize("NFKC", text))
    return int(next(filter(None, found.groups()))) if found else None


def _term(texts: Sequence[str], on: date | None) -> date | None:
    for plain in _clauses(texts):
        if OTHERS_TERM.search(plain):
            continue
        until = re.search(
            r"(?:有效期|有效)[^。]{0,30}?(?:至|到)\s*(\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)", plain
        )
        if until:
            return _as_day(until[1])
        years = re.search(r"有效期[^。\d一二三四五]{0,6}([一二三四五\d])\s*年", plain)
        if years and on:
            count = CHINESE.get(years[1]) or int(years[1])
            return last_day_of_term(on, count)
    return None


def _clauses(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        yield from re.split(r"[。;]", unicodedata2.normalize("NFKC", text))


def terms_of_others(texts: Sequence[str]) -> list[str]:
    """Sentences that end titles which no list of the notice names."""
    said = [one.strip() for one in _clauses(texts) if "有效期" in one and OTHERS_TERM.search(one)]
    return [
        one for one in dict.fromkeys(said) if re.search(r"\d{4}年\d{1,2}月\d{1,2}日", one) and len(one) <= 120
    ]


def lines_before(blocks: Sequence[Block], at: int) -> list[Line]:
    """The lines directly above a table, up to the table before it."""
    found: list[Line] = []
    for block in reversed(blocks[:at]):
        if isinstance(block, Table):
            break
        found.append(block)
    return found[::-1]
