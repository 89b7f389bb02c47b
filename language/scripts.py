"""Which writing systems a text uses, and how much of it is written in each.

Counts only; what the counts mean for the language is decided in `identify.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

# Everyday Japanese characters that neither simplified nor traditional Chinese uses: the forms of 1946 and characters
# made in Japan. Forms that Chinese shares (国 会 区 号 断 届) or uses as variants (説 緑 録 閲 産) are left out.
JAPANESE_ONLY = frozenset(
    "両乗亜仏仮価働円凪剣剤労効勅勧匁匂単厳収咲喰営噺囲図圏圧垳堺塀塁塩増壊壌売変姫嬢実寛対専尭峠嶋嶌巌巣巻帯庁広廃弐弾従"
    "徳徴応恵悩悪戦戯戻払抜択拝拠拡挙挿捜掲揺摂撃昿暁暦枠栃栄栞桜桝桟梶椛検楽榊槇様権樫欝歓歯歳歴殻毎気沢浄涙渇済渉渋渓満滝瀬"
    "焼煕燗犠狛猟獣畑畠畳痩発県砕硲稲穂穏窓竜竪笹籾粂粋粛糀経絵継続総縁縄縦繊繋聴脇脳臓舗苅蔵薫薬蛍蛯裃覚覧観訳読諌謡譲賎賛"
    "躾転軽辺辻込迚逓遅郷酔醤醸釈鉄鉢鉱銭鋲錬閖関闘陥険隠隣雑雫霊頬頼顔顕駄駅駆騒験髪鮎鰯鴬鶏麹麿黒黙齢"
)
# Words that a Chinese writer, simplified or traditional, does not put this way although every character is shared.
JAPANESE_WORDS = re.compile(
    "駅|東京都|大阪府|京都府|新宿|渋谷|横浜|札幌|電話番号|大丈夫|市役所|区役所|役所|役場|住所|苦情|騒音|会社|郵便|病院|料金|無料|時間帯|手続|申請書類|問題無"
    "|不要品|粗大"
    "|可燃|不燃|水道局|交番|至急|御願|宜敷|丁目|番地|相談|予約|残念|連絡先|氏名|名字|結構|了承|承知|無理|勉強|駐車場"
    "|切符|切手|窓口|受付"
)
# Pronouns, particles and question words: nobody writes these in an address, and Japanese does not use them.
CHINESE_WORDS = re.compile(
    "[你您吗嗎呢吧们們这這哪怎么麼很沒没给給他她它啊呀啦吵谁誰]|我(?!孫子|慢)|什么|可以|不(?:是|能|行|了|好|要|会|會"
    "|知)"
    "|(?<![目公])的|请|請|谢|謝|投诉|投訴|举报|舉報|咨询|諮詢|[是想要在有](?=[^\\W\\d_])"
)
_QUOTED = re.compile('“[^”]{1,60}”|"[^"]{1,60}"|「[^」]{1,60}」|『[^』]{1,60}』|《[^》]{1,60}》|«[^»]{1,60}»')
_LINK = re.compile(r"(?:https?://|www\.)[!-~]{1,500}|[\w.+-]{1,64}@[\w.-]{1,200}")
_KANA = re.compile("[\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\uff66-\uff9f]")
_HANGUL = re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f]")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff々〆〇\U00020000-\U0003134f]")
CYRILLIC_WORD = re.compile("[\u0400-\u052f][\u0400-\u052f'’-]*")
LATIN_WORD = re.compile(
    "[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff][A-Za-z\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff'’]*"
)
# First and last character of the blocks of scripts that none of the five languages is written in.
_FOREIGN = re.compile(
    "[\u0370-\u03ff\u1f00-\u1fff\u0530-\u058f\u0590-\u05ff\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc"
    "\u0900-\u0dff\u0e00-\u0fff\u1000-\u10ff\u1200-\u137f\u1780-\u17ff\u1800-\u18af\ua000-\ua4cf]"
)
LETTER_LIMIT = 2000  # what stands further back changes nothing, and a long text must not cost more


@dataclass(frozen=True)
class ScriptCount:
    """How much of a text is written in each script: characters, or words where `_words` says so."""

    han: int
    kana: int
    hangul: int
    cyrillic_words: tuple[str, ...]
    latin_words: tuple[str, ...]
    foreign: str


@lru_cache(maxsize=16384)
def is_outside_japanese(character: str) -> bool:
    """Tell whether a Han character is missing from the Japanese character standard (JIS X 0208)."""
    try:
        character.encode("shift_jis")
    except UnicodeEncodeError:
        return True
    return False


def count_scripts(text: str) -> ScriptCount:
    """Count the scripts of a text (its first 2,000 characters)."""
    text = text[:LETTER_LIMIT]
    if text.isascii():
        return ScriptCount(0, 0, 0, (), tuple(LATIN_WORD.findall(text)), "")
    return ScriptCount(
        han=len(_HAN.findall(text)),
        kana=len(_KANA.findall(text)),
        hangul=len(_HANGUL.findall(text)),
        cyrillic_words=tuple(CYRILLIC_WORD.findall(text)),
        latin_words=tuple(LATIN_WORD.findall(text)),
        foreign="".join(_FOREIGN.findall(text)),
    )


def without_links(text: str) -> str:
    """Leave out web and mail addresses: they are Latin in every language."""
    return _LINK.sub(" ", text[:LETTER_LIMIT]) if "@" in text or "://" in text or "www." in text else text


def without_quotations(text: str) -> str:
    """Leave out what stands in quotation marks, unless no letter is left (the text's first 2,000 characters)."""
    text = text[:LETTER_LIMIT]
    rest = _QUOTED.sub(" ", text)
    return rest if any(c.isalpha() for c in rest) else text


def japanese_only(text: str) -> int:
    """Count characters and words in a text that only Japanese uses."""
    return sum(c in JAPANESE_ONLY for c in text) + len(JAPANESE_WORDS.findall(text))


def chinese_only(text: str) -> int:
    """Count Han characters in a text that Japanese does not use (most simplified forms are such)."""
    return sum(is_outside_japanese(c) for c in _HAN.findall(text))


def chinese_words(text: str) -> int:
    """Count pronouns, particles and other small words that make a text Chinese speech and not a name or address."""
    return len(CHINESE_WORDS.findall(text))
