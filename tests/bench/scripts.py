"""Makes names in many scripts, and questions about them: decorated otherwise, or other names."""

import random
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import product

from lore.search.normalise import plain
from tests.bench.cases import Case

# Given names and family names as they are combined, apart by a blank or by nothing.
_NAMES = {
    "latin": (" ", "Zoë Íñigo André Łukasz Søren Jürgen Chloé Nuño", "Çelik Müller Peña Wałęsa"),
    "greek": (" ", "Αχιλλέας Δημήτρης Ελένη Ιωάννης Μαρία", "Παπαδόπουλος Αγγέλου Σεφέρης"),
    "cyrillic": (" ", "Артём Сергей Алексей Семён Дмитрий", "Королёв Чайковский Достоевский"),
    "ukrainian": (" ", "Андрій Олексій Юлія Їжакевич Зіновій", "Ґалаґан Тютюнник Коцюбинський"),
    "arabic": (" ", "أحمد محمد إبراهيم فاطمة ليلى خديجة يحيى", "الهاشمي المنصور الأندلسي"),
    "hebrew": (" ", "שלום אברהם מרים יהונתן תמר נעמי", "לוינסון ברקוביץ פרידמן"),
    "devanagari": (" ", "पिता कमला विजय अनीता सुनील दीपिका", "शर्मा कुमार गोविन्द"),
    "bengali": (" ", "অনিতা রবীন্দ্র সুনীল মৌসুমী কাজল", "ঠাকুর চট্টোপাধ্যায় সেনগুপ্ত"),
    "thai": ("", "สมชาย ไก่แก้ว ม้าลาย น้ำฝน กล้าหาญ", "ใจดี ศรีสุข ทองคำ"),
    "han": ("", "山田 王 長谷川 司馬", "太郎 明月 小龍 志強 美玲"),
    "kana": ("・", "ドラゴン バリス ミカサ ガイア ピカル", "アッカーマン スターク ボルトン"),
    "hangul": ("", "김 박 이 최 강", "민수 서연 지훈 하은 도윤"),
}  # fmt: skip

# Letters that are told apart in their scripts.
_OTHERS = {
    "cyrillic": "йи",
    "ukrainian": "їі ґг йи",
    "arabic": "حخ دذ صض سش بت رز",
    "hebrew": "בכ דר חה תט",
    "devanagari": "िी ाे जझ तद ुू",
    "bengali": "িী াে জঝ তদ ুূ",
    "thai": "่้ กข าิ",
    "han": "太大 明朋 王玉 田由 龍虎 美羊",
    "kana": "ドト バパ ガカ ピビ ボホ",
    "hangul": "민빈 서시 지기 하아 도두 수주",
}


def names_in_scripts() -> list[str]:
    """Return the names of all scripts, each given name with each family name."""
    return [name for script in _NAMES for name in _of(script)]


def script_cases(rng: random.Random) -> list[Case]:
    """Make questions that mean one name alone, and others that no name is meant by."""
    names = names_in_scripts()
    known = Counter(text.replace(" ", "") for text in plain(names))
    made = []
    for script in _NAMES:
        for name in _of(script):
            made += [
                Case(query, name, kind)
                for kind, query in _same(script, name, rng)
                if query != name and known[plain([query])[0].replace(" ", "")] <= 1
            ]
            other = _other(script, name, rng)
            if other and not known[plain([other])[0].replace(" ", "")]:
                made.append(Case(other, None, "hard-absent"))
    return made


def _of(script: str) -> list[str]:
    between, *words = _NAMES[script]
    return [between.join(pair) for pair in product(*(part.split() for part in words))]


def _same(script: str, name: str, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Spell the same name as other people type it; each comes with what was done to it."""
    yield "capitals", name.upper() if rng.random() < 0.5 else name.lower()
    yield "hard-encoding", unicodedata.normalize("NFD", name)
    if change := _DECORATED.get(script):
        yield "hard-decoration", change(name, rng)
    if script in ("latin", "greek", "cyrillic", "ukrainian"):
        at = rng.randrange(1, len(name) - 2)
        if " " not in name[at : at + 2]:
            yield "transposition", name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def _other(script: str, name: str, rng: random.Random) -> str | None:
    """Make a name that differs from this one by a letter that is told apart."""
    pairs = [pair for pair in _OTHERS.get(script, "").split() if not {*pair}.isdisjoint(name)]
    if not pairs:
        return None
    [one, other] = [*rng.choice(pairs)]
    return name.replace(one, other) if one in name else name.replace(other, one)


def _without_marks(name: str, _: random.Random) -> str:
    parts = unicodedata.normalize("NFD", name)
    return "".join(part for part in parts if not unicodedata.combining(part))


def _with(marks: str) -> Callable[[str, random.Random], str]:
    """Return what sets one of these marks behind each second letter or so."""

    def change(name: str, rng: random.Random) -> str:
        return "".join(
            letter + (rng.choice(marks) if letter.isalpha() and rng.random() < 0.5 else "")
            for letter in name
        )

    return change


def _in_hiragana(name: str, _: random.Random) -> str:
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in name).replace("・", " ")


_DECORATED: dict[str, Callable[[str, random.Random], str]] = {
    "latin": _without_marks,
    "greek": _without_marks,
    "cyrillic": lambda name, _: name.replace("ё", "е"),
    "arabic": _with("\u064e\u064f\u0650\u0652\u0640"),
    "hebrew": _with("\u05b0\u05b4\u05b7\u05bc"),
    "kana": _in_hiragana,
}
