"""Invented names: Chinese ones with the reading of each character, and English ones.

No name is taken from a real list of persons; surnames and given names are combined at random.
"""

from dataclasses import dataclass

import numpy as np

# Read as surnames these three differ from their usual readings (dan, ceng, chou).
TRAP_SURNAMES = "单:shan 曾:zeng 仇:qiu"
DOUBLE_SURNAMES = "欧阳:ouyang 司徒:situ 上官:shangguan 诸葛:zhuge"
SURNAMES = (
    "王:wang 李:li 张:zhang 刘:liu 陈:chen 杨:yang 赵:zhao 黄:huang 周:zhou 吴:wu 徐:xu 孙:sun 胡:hu 朱:zhu 高:gao "
    "林:lin 何:he 郭:guo 马:ma 罗:luo 梁:liang 宋:song 郑:zheng 谢:xie 韩:han 唐:tang 冯:feng 于:yu 董:dong 萧:xiao "
    "程:cheng 曹:cao 袁:yuan 邓:deng 许:xu 傅:fu 沈:shen 彭:peng 吕:lv 苏:su 卢:lu 蒋:jiang 蔡:cai 贾:jia 丁:ding "
    "魏:wei 薛:xue 叶:ye 阎:yan 余:yu 潘:pan 杜:du 戴:dai 夏:xia 钟:zhong 汪:wang 田:tian 任:ren 姜:jiang 范:fan "
    "方:fang 石:shi 姚:yao 谭:tan 廖:liao 邹:zou 熊:xiong 金:jin 陆:lu 郝:hao 孔:kong 白:bai 崔:cui 康:kang 毛:mao"
)
GIVEN_F = (
    "美玲:meiling 晓燕:xiaoyan 雨桐:yutong 思琪:siqi 静怡:jingyi 佳慧:jiahui 欣妍:xinyan 丽娟:lijuan 婷婷:tingting "
    "雪梅:xuemei 文静:wenjing 梦洁:mengjie 若曦:ruoxi 诗涵:shihan 红霞:hongxia 春兰:chunlan 艳芳:yanfang 慧敏:huimin "
    "晨曦:chenxi 玉华:yuhua 海燕:haiyan 秀英:xiuying 子涵:zihan 可欣:kexin 璐:lu 倩:qian 敏:min 颖:ying 莉:li 洁:jie "
    "雅琴:yaqin 冬梅:dongmei 立群:liqun 筱雨:xiaoyu 安琪:anqi 云:yun"
)
GIVEN_M = (
    "建国:jianguo 志强:zhiqiang 伟明:weiming 浩然:haoran 子轩:zixuan 宇航:yuhang 俊杰:junjie 文博:wenbo 天佑:tianyou "
    "海涛:haitao 国栋:guodong 明辉:minghui 晓东:xiaodong 思远:siyuan 嘉豪:jiahao 振华:zhenhua 立军:lijun 少华:shaohua "
    "鹏飞:pengfei 永康:yongkang 一鸣:yiming 泽宇:zeyu 昊:hao 磊:lei 超:chao 勇:yong 军:jun 凯:kai 斌:bin 涛:tao "
    "庆丰:qingfeng 家栋:jiadong 大伟:dawei 逸飞:yifei 铭:ming 望:wang"
)
ENGLISH_F = "Rachel Emily Priya Grace Sophie Nadia Michelle Joanne Hannah Divya Clara Fiona Serena Megan Natalie"
ENGLISH_M = "Daniel Marcus Arjun Kevin Oliver Ravi Benjamin Jason Nicholas Thomas Adrian Samuel Vikram Patrick Wei-Jie"
ENGLISH_SURNAMES = (
    "Tan Lim Wong Nair Lee Chan Menon Clarke Ng Koh Sharma Walker Teo Cheung Rahman Bennett Ong Pillai Lau Foster "
    "Goh Yip Mitchell Hussain Chua"
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name as its owner writes it and its spelling in plain letters, surname last, for an address."""

    written: str
    given: str
    surname: str


def draw_chinese(rng: np.random.Generator, genders: list[str], taken: set[str]) -> list[Name]:
    """Return one Chinese name per gender (F or M), none twice; the first seven have the rare surnames."""
    rare = (TRAP_SURNAMES + " " + DOUBLE_SURNAMES).split()
    common = SURNAMES.split()
    # Surnames are listed by how common they are; the falling weights follow that without claiming a census.
    weights = 1.0 / (np.arange(len(common)) + 8.0)
    names = []
    for place, gender in enumerate(genders):
        while True:
            surname = rare[place] if place < len(rare) else str(rng.choice(common, p=weights / weights.sum()))
            given = str(rng.choice((GIVEN_F if gender == "F" else GIVEN_M).split()))
            hanzi, reading = surname.split(":")
            given_hanzi, given_reading = given.split(":")
            if hanzi + given_hanzi not in taken:
                break
        taken.add(hanzi + given_hanzi)
        names.append(Name(hanzi + given_hanzi, given_reading, reading))
    return names


def draw_english(rng: np.random.Generator, genders: list[str], taken: set[str]) -> list[Name]:
    """Return one English name per gender (F or M), none twice."""
    names = []
    for gender in genders:
        while True:
            given = str(rng.choice((ENGLISH_F if gender == "F" else ENGLISH_M).split()))
            surname = str(rng.choice(ENGLISH_SURNAMES.split()))
            if f"{given} {surname}" not in taken:
                break
        taken.add(f"{given} {surname}")
        names.append(Name(f"{given} {surname}", given.lower(), surname.lower()))
    return names


def addresses(names: list[Name]) -> list[str]:
    """Return one e-mail address at example.com per name; a number tells equal spellings apart."""
    seen: dict[str, int] = {}
    result = []
    for name in names:
        stem = f"{name.given}.{name.surname}"
        seen[stem] = seen.get(stem, 0) + 1
        result.append(f"{stem}{seen[stem] if seen[stem] > 1 else ''}@example.com")
    return result
