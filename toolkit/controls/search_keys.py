"""How a name may be typed on a Latin keyboard: its words, or the pinyin of each character with all usual readings."""

import re
import unicodedata
from functools import lru_cache

# Readings that a dictionary of characters gets wrong, because they hold in surnames only. Where bearers
# of one surname read it in two ways, the more frequent one stands first.
SURNAMES: dict[str, str] = dict(
    re.findall(
        r"(\w+):(\S+)",
        "单:shan 曾:zeng 仇:qiu 区:ou 解:xie 查:zha 朴:piao 盖:ge/gai 翟:zhai/di 任:ren 华:hua 宁:ning 纪:ji 冼:xian "
        "洗:xian 谌:chen/shen 覃:qin/tan 缪:miao/mou 员:yun/yuan 乐:yue/le 盛:sheng 折:she 石:shi 召:shao 种:chong "
        "重:chong 秘:bi 贲:ben 费:fei/bi 牟:mu/mou 晁:chao 车:che 柏:bai/bo 薄:bo 卜:bu 句:gou 谷:gu 祭:zhai 隗:wei/kui "
        "乜:nie 那:na 能:nai 瞿:qu 撒:sa 厍:she 佘:she 莘:shen/xin 宿:su 相:xiang 燕:yan 应:ying 郁:yu 恽:yun 訾:zi 黑:he "
        "繁:po 过:guo 哈:ha 令:ling 尹:yin 葛:ge 尉:wei/yu 阚:kan 逄:pang 臧:zang 炅:gui 冒:mao/mo 殷:yin 娄:lou "
        "沈:shen 俞:yu 于:yu 余:yu 曲:qu 褚:chu 藏:zang 长:chang "
        "角:jue 隽:juan 阙:que 行:xing 叶:ye 翁:weng 万:wan 吕:lv "
        "卢:lu 陆:lu 路:lu 缐:xian 冯:feng 郇:xun/huan 郗:xi/chi 逯:lu 氾:fan 鲜:xian 尧:yao "
        "尉迟:yu,chi 万俟:mo,qi 澹台:tan,tai 长孙:zhang,sun 单于:chan,yu 乐正:yue,zheng 令狐:ling,hu 夏侯:xia,hou "
        "皇甫:huang,fu 欧阳:ou,yang 司马:si,ma 司徒:si,tu 司空:si,kong 诸葛:zhu,ge 上官:shang,guan 东方:dong,fang "
        "公孙:gong,sun 慕容:mu,rong 宇文:yu,wen 独孤:du,gu 南宫:nan,gong 西门:xi,men 呼延:hu,yan 轩辕:xuan,yuan "
        "端木:duan,mu 百里:bai,li 拓跋:tuo,ba 赫连:he,lian 钟离:zhong,li 鲜于:xian,yu 闻人:wen,ren 申屠:shen,tu "
        "太叔:tai,shu 公冶:gong,ye 宗政:zong,zheng 濮阳:pu,yang 淳于:chun,yu 亓官:qi,guan 仲孙:zhong,sun 宰父:zai,fu "
        "谷梁:gu,liang 段干:duan,gan 东郭:dong,guo 第五:di,wu 完颜:wan,yan 耶律:ye,lv 纳兰:na,lan 欧陽:ou,yang ",
    )
)
_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PIECES = re.compile(f"[{_HAN}]+|[^\\W_{_HAN}]+")


@lru_cache(maxsize=20_000)
def search_key(name: str, *, surname_first: bool = True) -> str:
    """Return the syllables or words of `name`, parted by blanks; several readings of one by ``/``.

    ``"曾伟 Ken"`` gives ``"zeng wei ken"``. Of a surname only its own reading is kept where
    `surname_first` holds; other characters keep all readings in use.
    """
    parts: list[str] = []
    for found in _PIECES.finditer(plain(name)):
        piece = found.group()
        if re.match(f"[{_HAN}]", piece):
            parts += _syllables(piece, surname_first and not parts)
        else:
            parts.append(piece)
    return " ".join(parts)


def plain(words: str) -> str:
    """Return `words` in small letters without accents and in half-width characters."""
    split = unicodedata.normalize("NFKD", words.casefold())
    return unicodedata.normalize("NFC", "".join(sign for sign in split if not unicodedata.combining(sign)))


def _syllables(characters: str, is_name: bool) -> list[str]:
    from pypinyin import Style, pinyin

    # One by one: as a phrase, the characters of a given name would get the readings of a word they form.
    readings = [_spelt(found) for found in pinyin(list(characters), style=Style.NORMAL, heteronym=True)]
    if not is_name:
        return readings
    own = SURNAMES.get(characters[0], "").split("/") if characters[0] in SURNAMES else None
    first = _spelt(own or pinyin(characters[0], style=Style.NORMAL)[0])
    compound = SURNAMES.get(characters[:2], "").split(",")
    if len(characters) < 2 or len(compound) < 2:
        return [first, *readings[1:]]
    if len(characters) > 2:
        return [*(_spelt([one]) for one in compound), *readings[2:]]
    # Two characters are a compound surname alone, or a surname and a given name.
    return [_spelt([*first.split("/"), compound[0]]), _spelt([*readings[1].split("/"), compound[1]])]


def _spelt(readings: list[str]) -> str:
    """Return readings with the ways in which ü is typed: v, u and, as in passports, yu."""
    found: dict[str, None] = {}
    for reading in readings:
        small = reading.replace("ü", "v")
        ways = (small, small.replace("v", "u"), small.replace("v", "yu")) if "v" in small else (small,)
        found.update(dict.fromkeys(ways))
    return "/".join(found)
