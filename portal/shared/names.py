"""Names of people, units and places: one spelling to keep, one key to compare by, initials as people say them.

The newest Unicode comes from `unicodedata2`: Python's own table is years behind the characters in people's names.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

import unicodedata2
from opencc import OpenCC

DOT = "\u00b7"  # of names from other scripts, by the notice of twelve authorities of 2016
DOTS = "\u00b7\u2022\u2027\u2219\u22c5\u25cf\u30fb\uff65\u0387\u16eb\u2e31\ufe52\uff0e."
HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
HAN_DOT = re.compile(rf"(?<=[{HAN}])\s*[{re.escape(DOTS)}]\s*(?=[{HAN}])")
LATIN_DOT = re.compile(rf"(?<=\w)[{re.escape(DOTS[1:-2])}](?=\w)")  # not the full stop of Tech 3.0
HAN_SPACE = re.compile(rf"(?<=[{HAN}）)])\s+(?=[{HAN}（(])")
# Nothing to see, nothing to mean: left behind by web pages, text programs and telephones.
UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
FORBIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Letters and marks by category that show nothing: fillers, the blank Braille cell, variation selectors; U+FFFD stands for what was lost.
BLANKS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufe00-\ufe0f\uffa0\ufffd\U000e0100-\U000e01ef]"
)
PROVINCE = re.compile(r"^.{2,8}?(?:省|自治区)(?=..)")
to_simplified = OpenCC("t2s").convert
# Shapes of one character that no table of traditional and simplified forms has.
VARIANTS = str.maketrans(
    {
        "呉": "吴",
        "吕": "吕",
        "呂": "吕",
        "囯": "国",
        "裵": "裴",
        "悳": "德",
        "尙": "尚",
        "靑": "青",
        "敎": "教",
        "黃": "黄",
        "戶": "户",
        "户": "户",
    }
)


def tidy_text(text: str) -> str:
    """Words as they were meant: composed, radicals as characters, half-width letters, no needless spaces."""
    if not text:
        return ""
    plain = text if text.isascii() else unicodedata2.normalize("NFC", text)
    if SHAPED.search(plain):
        plain = "".join(map(_shape, plain))
    plain = HAN_SPACE.sub("", " ".join(UNSEEN.sub("", plain).split()))
    return unicodedata2.normalize("NFC", plain)


def tidy_name(text: str) -> str:
    """A name in its one spelling: `tidy_text` with one sign for the dot."""
    return HAN_DOT.sub(DOT, LATIN_DOT.sub(DOT, tidy_text(text)))


# Radicals of the supplement that PDFs give for characters, and Unicode doesn't decompose.
RADICALS = dict(
    zip(
        "\u2ea0\u2ec4\u2ec5\u2ec9\u2ecb\u2ed3\u2ed4\u2ed8\u2eda\u2edb\u2edc\u2edd\u2ee2\u2ee5\u2ee6\u2ee8\u2ee9\u2eec\u2eee\u2ef0",
        "民西见贝车长门青页风飞食马鱼鸟麦黄齐齿龙",
        strict=True,
    )
)
# What GBK's fonts kept in private places before Unicode had it, and Python's codec still leaves there.
LATE = dict(
    zip(
        (
            0xE81E,
            0xE826,
            0xE82B,
            0xE82C,
            0xE832,
            0xE843,
            0xE854,
            0xE864,
            0xE816,
            0xE817,
            0xE818,
            0xE831,
            0xE83B,
            0xE855,
        ),
        "\u9fb4\u9fb5\u9fb6\u9fb7\u9fb8\u9fb9\u9fba\u9fbb\U00020087\U00020089\U000200cc\U000215d7\U0002298f\U000241fe",
        strict=True,
    )
)


# What `_shape` may change; most words have none of it.
SHAPED = re.compile("[\ue815-\ue864\u2e80-\u2fd5\uff10-\uff19\uff21-\uff5a]")


def _shape(char: str) -> str:
    """Radicals (copied out of PDFs), full-width letters and GBK's private places as what they mean."""
    point = ord(char)
    if 0xE815 <= point <= 0xE864:
        place = 0x50 + point - 0xE815
        return LATE.get(point) or bytes([0xFE, place + (place >= 0x7F)]).decode("gb18030")
    if char in RADICALS:
        return RADICALS[char]
    if 0x2E80 <= point <= 0x2FD5 or 0xFF10 <= point <= 0xFF19 or 0xFF21 <= point <= 0xFF5A:
        return unicodedata2.normalize("NFKC", char)
    return char


def unusable_character(name: str) -> tuple[int, str] | None:
    """The first character (from 1) that a name can't have: unassigned, private, invisible."""
    for position, char in enumerate(name, start=1):
        kind = unicodedata2.category(char)
        if kind in FORBIDDEN or (kind == "Zs" and char != " ") or BLANKS.match(char):
            return position, char
    return None


@lru_cache(maxsize=50_000)
def compare_key(text: str) -> str:
    """What all spellings of one name have in common: for comparing, never for storing or showing.

    Without width, case, spaces, dots and brackets; traditional forms and variants as the simplified character.
    """
    folded = unicodedata2.normalize("NFKC", tidy_name(text)).casefold()
    plain = "".join(char for char in folded if unicodedata2.category(char)[0] in "LN")
    return to_simplified(plain).translate(VARIANTS)


@lru_cache(maxsize=10_000)
def place_key(text: str) -> str:
    """The same for a city or park: with its province or without, with 市 or without (浙江省杭州市, 杭州市, 杭州)."""
    key = PROVINCE.sub("", compare_key(text)) or compare_key(text)
    return key.removesuffix("市") if len(key) > 2 else key


# pypinyin knows words, not places: these have another reading in the name of a place.
PLACES = {
    "长治": "cháng zhì",
    "长子县": "zhǎng zǐ xiàn",
    "朝阳": "cháo yáng",
    "单县": "shàn xiàn",
    "涡阳": "guō yáng",
    "洪洞": "hóng tóng",
    "浚县": "xùn xiàn",
    "会稽": "kuài jī",
    "解州": "xiè zhōu",
    "蔚县": "yù xiàn",
    "东阿": "dōng ē",
    "阿城": "ā chéng",
    "台州": "tāi zhōu",
    "天台": "tiān tāi",
    "丽水": "lí shuǐ",
    "六安": "lù ān",
    "六合": "lù hé",
    "亳州": "bó zhōu",
    "蚌埠": "bèng bù",
    "歙县": "shè xiàn",
    "黟县": "yī xiàn",
    "枞阳": "zōng yáng",
    "濮阳": "pú yáng",
    "泌阳": "bì yáng",
    "厦门": "xià mén",
    "东莞": "dōng guǎn",
    "番禺": "pān yú",
    "大埔": "dà bù",
    "黄埔": "huáng pǔ",
    "铅山": "yán shān",
    "婺源": "wù yuán",
    "乐清": "yuè qīng",
    "乐亭": "lào tíng",
    "乐陵": "lào líng",
    "乐山": "lè shān",
    "大城县": "dài chéng xiàn",
    "任丘": "rén qiū",
    "任县": "rén xiàn",
    "行唐": "xíng táng",
    "井陉": "jǐng xíng",
    "洗马": "xiǎn mǎ",
    "尉犁": "yù lí",
    "监利": "jiàn lì",
    "郧县": "yún xiàn",
    "秭归": "zǐ guī",
    "莘县": "shēn xiàn",
    "莘庄": "xīn zhuāng",
    "盱眙": "xū yí",
    "邗江": "hán jiāng",
    "邳州": "pī zhōu",
    "氾水": "fàn shuǐ",
    "荥阳": "xíng yáng",
    "荥经": "yíng jīng",
    "犍为": "qián wéi",
    "筠连": "jūn lián",
    "郫县": "pí xiàn",
    "珙县": "gǒng xiàn",
    "什邡": "shí fāng",
    "重庆": "chóng qìng",
    "北碚": "běi bèi",
    "綦江": "qí jiāng",
    "涪陵": "fú líng",
    "渑池": "miǎn chí",
    "柞水": "zhà shuǐ",
    "吴堡": "wú bǔ",
    "十里堡": "shí lǐ pù",
    "瓦窑堡": "wǎ yáo bǔ",
    "巴彦淖尔": "bā yàn nào ěr",
    "磴口": "dèng kǒu",
    "碛口": "qì kǒu",
    "隰县": "xí xiàn",
    "临朐": "lín qú",
    "即墨": "jí mò",
    "无棣": "wú dì",
    "罘山": "fú shān",
    "牟平": "mù píng",
    "中牟": "zhōng mù",
    "叶县": "yè xiàn",
    "华县": "huà xiàn",
    "华阴": "huà yīn",
    "华山": "huà shān",
    "覃塘": "qín táng",
    "百色": "bó sè",
    "那曲": "nà qǔ",
    "察隅": "chá yú",
    "勐海": "měng hǎi",
    "瑞丽": "ruì lì",
    "侯马": "hóu mǎ",
    "繁峙": "fán shì",
    "曲阜": "qū fù",
    "曲靖": "qǔ jìng",
    "会昌": "huì chāng",
    "会泽": "huì zé",
    "石柱": "shí zhù",
    "长春": "cháng chūn",
    "长沙": "cháng shā",
    "长垣": "cháng yuán",
    "朝阳区": "cháo yáng qū",
    "长垣市": "cháng yuán shì",
    "长宁": "cháng níng",
    "长岭": "cháng lǐng",
    "长清": "cháng qīng",
    "长丰": "cháng fēng",
    "长阳": "cháng yáng",
    "长泰": "cháng tài",
    "长葛": "cháng gě",
    "长白": "cháng bái",
    "长海": "cháng hǎi",
    "长武": "cháng wǔ",
    "长顺": "cháng shùn",
    "长洲": "cháng zhōu",
    "漯河": "luò hé",
    "朝歌": "zhāo gē",
    "召陵": "shào líng",
}


@cache
def _pinyin():
    """The library with our readings. Its words take 57 MB, and only a process that writes a title needs them."""
    import pypinyin

    # In the names of firms and cities.
    pypinyin.load_single_dict({ord("晟"): "shèng,chéng", ord("漯"): "luò,tà"})
    pypinyin.load_phrases_dict(
        {place: [[one] for one in reading.split()] for place, reading in PLACES.items()}
    )
    return pypinyin


def initials(text: str) -> str:
    """First letters of the pinyin, as people type them: 杭州云帆 → hzyf, 长治 → cz."""
    pinyin = _pinyin()
    letters = pinyin.lazy_pinyin(
        text or "", style=pinyin.Style.FIRST_LETTER, errors=lambda other: [c for c in other if c.isalnum()]
    )
    return "".join(letters).lower()[:120]


def sort_key(text: str) -> str:
    """Order by pinyin with tones, as Chinese lists are ordered."""
    pinyin = _pinyin()
    return " ".join(pinyin.lazy_pinyin(text or "", style=pinyin.Style.TONE3)).lower()[:255]
