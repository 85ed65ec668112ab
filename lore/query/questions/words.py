"""Words of questions and sentences: short forms undone, and brought to their stems."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import zip_longest

import snowballstemmer  # type: ignore[import-untyped]

from lore.search.normalise import plain

# What stands for the 's behind a name.
POSSESSIVE = "'s"

# So much of a question is read.
MAX_LETTERS = 200
MAX_WORDS = 24

_STEMMER = snowballstemmer.stemmer("english")

_ASKING = "who what where when why how"
_SHORT = {
    **{f"{word}s": f"{word} is" for word in _ASKING.split()},
    **{f"{word}re": f"{word} are" for word in _ASKING.split()},
    **{f"{word}d": f"{word} did" for word in _ASKING.split()},
    **{
        f"{word}nt": f"{word} not"
        for word in [
            "did",
            "does",
            "do",
            "was",
            "were",
            "is",
            "are",
            "has",
            "had",
            "could",
            "would",
            "should",
        ]
    },
    **{"cant": "can not", "wont": "will not", "whove": "who have", "wholl": "who will"},
    **{"r": "are", "ur": "your", "wat": "what", "wut": "what", "wher": "where"},
    **{"y": "why", "cuz": "because", "vs": "versus", "whom": "who", "whose": "who"},
    **{
        "abt": "about",
        "bout": "about",
        "thru": "through",
        "n": "and",
        "ppl": "people",
        "w": "with",
    },
    **{"yr": "year", "yrs": "years", "bc": "because", "coz": "because", "nuke": "nuclear"},
    **{"gonna": "going to", "wanna": "want to", "whats": "what is", "hows": "how is"},
    **{"outta": "out of", "wasnt": "was not", "everybody": "everyone", "doc": "doctor"},
    # Words of talk, and those that sources have.
    **{"offed": "killed", "whacked": "killed", "croaked": "died", "swiped": "stole"},
    **{"jacked": "stole", "bailed": "left", "bail": "leave", "tossed": "threw", "chucked": "threw"},
    **{"yanked": "pulled", "nabbed": "captured", "nab": "capture", "beefing": "fighting"},
    **{"hideout": "base", "lair": "base", "bigwigs": "leaders", "pissed": "angry"},
}

# Forms that no rule leads back to the verb they are of.
_IRREGULAR = {
    form: base
    for base, forms in {
        "be": "is are was were been being am",
        "do": "does did done doing",
        "have": "has had having",
        "get": "got gotten gets getting",
        "make": "made making",
        "build": "built",
        "steal": "stole stolen stealing",
        "take": "took taken taking",
        "give": "gave given giving",
        "fight": "fought",
        "hold": "held",
        "lead": "led",
        "leave": "left leaving",
        "slay": "slew slain",
        "die": "died dying dies dead death",
        "write": "wrote written writing",
        "play": "playd",
        "know": "knew known",
        "see": "saw seen",
        "find": "found",
        "bring": "brought",
        "think": "thought",
        "fall": "fell fallen",
        "throw": "threw thrown",
        "run": "ran running",
        "wear": "wore worn",
        "tear": "tore torn",
        "break": "broke broken",
        "speak": "spoke spoken",
        "say": "said",
        "tell": "told",
        "wake": "woke woken awake awoke awaken awakened",
        "come": "came coming",
        "go": "went gone goes going",
        "become": "became",
        "begin": "began begun",
        "choose": "chose chosen",
        "shoot": "shot shooting",
        "catch": "caught",
        "buy": "bought",
        "sell": "sold",
        "send": "sent",
        "lose": "lost losing",
        "hide": "hid hidden hiding",
        "freeze": "froze frozen",
        "fly": "flew flown",
        "lift": "lifted",
        "bear": "bore borne",
        "born": "born",
        "win": "won winning",
        "feel": "felt",
        "keep": "kept",
        "shut": "shut",
        "rise": "rose risen",
        "drive": "drove driven",
        "eat": "ate eaten",
        "cut": "cutting",
        "arise": "arose arisen",
        "bend": "bent",
        "bind": "bound",
        "bite": "bit bitten",
        "bleed": "bled",
        "blow": "blew blown",
        "creep": "crept",
        "deal": "dealt",
        "dig": "dug",
        "draw": "drew drawn",
        "drink": "drank drunk",
        "feed": "fed",
        "fling": "flung",
        "forbid": "forbade forbidden",
        "foresee": "foresaw forsaw foreseen",
        "forget": "forgot forgotten",
        "forgive": "forgave forgiven",
        "grow": "grew grown",
        "hang": "hung",
        "hear": "heard",
        "kneel": "knelt",
        "lay": "laid",
        "leap": "leapt",
        "light": "lit",
        "meet": "met",
        "mislead": "misled",
        "overcome": "overcame",
        "overhear": "overheard",
        "overthrow": "overthrew overthrown",
        "pay": "paid",
        "rebuild": "rebuilt",
        "ride": "rode ridden",
        "seek": "sought",
        "shake": "shook shaken",
        "sink": "sank sunk",
        "sit": "sat",
        "sleep": "slept",
        "spend": "spent",
        "spit": "spat",
        "stand": "stood",
        "stick": "stuck",
        "strike": "struck stricken",
        "swear": "swore sworn",
        "sweep": "swept",
        "swing": "swung",
        "teach": "taught",
        "understand": "understood",
        "undertake": "undertook undertaken",
        "withstand": "withstood",
        "wife": "wives",
        "child": "children kids kid",
        "man": "men",
    }.items()
    for form in forms.split()
}

# Words that mean the same in questions and in what answers them; a pack adds its own (`alike`).
ALIKE = (
    "hate resent despise dislike hatred resentment grudge blame mad angry fault responsible",
    "create make build construct invent design form perfect assemble",
    "bomb shell missile explosive rocket",
    "shock stun tase taser electric",
    "parent mum mom mother dad father orphan",
    "vision nightmare hallucination",
    "pay money price cost",
    "guard protect watch shield",
    "jail prison cell prisoner captive imprison",
    "know secret hide",
    "explode blow shatter destroy break crumble",
    "float fly lift air sky rise raise",
    "hole pit",
    "stick trap",
    "newbie recruit new",
    "teach train",
    "plane jet aircraft",
    "goal plan aim intend want mean scheme mission",
    "rubble ruin debris",
    "crazy rampage rage berserk mad uncontrollable",
    "visit arrive come appear turn",
    "date attract mutual love",
    "hacker hack",
    "allow let",
    "reason why because",
    "purpose use meant intend suppose",
    "retire leave home return",
    "go leave depart return travel fly head",
    "die alive survive operational live dead exist",
    "special unique",
    "everyone people public worldwide",
    "bot robot machine drone",
    "choke throat hold",
    "write word inscription letter",
    "law legal regulate",
    "citizen civilian people",
    "fake guise disguise",
    "love attract attraction drawn romance mutual",
    "power ability superhuman",
    "stop defeat subdue beat overcome knock",
    "escape flee evade away fled",
    "hide safehouse refuge hiding",
    "leave depart departure retire abandon",
    "steal seize hijack take carry",
    "attack fight battle clash assault confront raid",
    "destroy shatter crumble ruin break",
    "kill murder die shoot dead",
    "hurt injure wound dismember maim",
    "catch capture apprehend arrest",
    "free rescue save",
    "plan intend aim mean scheme mission",
    "begin start first open",
    "end final last finally culminate outcome",
    "child son daughter baby newborn",
    "wife marry husband family",
    "brother sister twin sibling",
    "weapon missile arm armament",
    "suit armor armour",
    "base headquarters hq",
    "house homestead home farm safehouse",
    "boss leader head commander supervise",
    "job profession work dealer agent",
    "release bring publish distribute",
    "robot drone android machine",
    "wake awaken activate life rouse",
    "find discover locate track",
    "use wield employ",
    "trick deceive manipulate brainwash control",
    "angry rage furious anger enrage",
    "afraid fear scared",
    "sad grief sorrow",
    "buy purchase obtain deal",
    "sell deal sale",
    "speak tell say talk",
    "join side ally recruit enlist",
    "betray turn",
    "body form vessel",
    "stone gem jewel",
    "humanity mankind human",
    "lift raise carry fly",
    "worthy worthiness",
    "save protect defend",
    "country nation",
    "change become transform",
    "move transfer download upload",
    "big large huge",
    "train prepare recruit",
    "king rule ruler throne",
    "name call alias nickname identity known real",
    "betray ditch abandon desert dump leave turn",
    "evil bad hostile villain wicked rogue homicidal murderous",
    "destroy smash wreck trash crush demolish shatter",
    "hit punch strike slap attack",
    "party celebrate victory celebration",
    "think believe hold suppose",
    "choke strangle throat neck grab",
    "argue quarrel dispute fight clash disagree",
    "charge lead head run command boss manage",
    "found establish start set form",
    "steal nick grab swipe",
    "kidnap abduct capture",
    "lie deceive trick fool",
    "doctor scientist physician",
    "yell shout scream say",
    "answer reply say respond",
    "happy glad joy",
    "evil threat danger enemy",
    "quit leave retire resign",
    "clothes wear dress hoodie leggings outfit",
    "mess control manipulate brainwash vision",
    "eat drink swallow",
    "punish prison imprison lock shut",
    "teacher master pupil",
)

# What is asked for by other words than those of the labels under which it is told.
LABELS = (
    "power ability skill superpower gift",
    "plan goal aim want intend scheme mission purpose",
    "purpose use suppose",
    "home house live residence",
    "base headquarters hq",
    "job work profession trade occupation",
    "year release premiere",
    "species race kind",
    "family relative",
    "weapon arm",
)

# Verbs of two words, and one that says the same.
_PHRASES = {
    (stem_of, particle): verb
    for verb, phrases in {
        "defeat": "take-down bring-down take-out",
        "kill": "finish-off bump-off",
        "destroy": "blow-up",
        "discover": "find-out",
        "flee": "run-away run-off",
        "die": "bite-it",
        "tell": "tip-off",
        "escape": "get-away get-out break-out",
        "appear": "show-up turn-up",
        "return": "go-back come-back",
        "become": "end-up turn-into",
        "create": "come-up put-together",
        "retire": "give-up",
        "wake": "come-alive",
    }.items()
    for stem_of, particle in (tuple(one.split("-")) for one in phrases.split())
}

_CLAUSE_ENDS = re.compile(r"[,;:]| and | then | but ")
_PARTICLES = frozenset(particle for _, particle in _PHRASES)

_MARK = re.compile(r"['’´`][sS](?![\w])")


def word_set(words: str) -> frozenset[str]:
    """Return the words of a list of ours."""
    return frozenset(words.split())


@lru_cache(65536)
def stem(word: str) -> str:
    """Return what a word in plain spelling shares with its other forms."""
    stemmed: str = _STEMMER.stemWord(_IRREGULAR.get(word, word))
    return stemmed


class Stems(dict[str, str]):
    """The stems of words, each of which is found out once."""

    def __missing__(self, word: str) -> str:
        self[word] = stemmed = stem(word)
        return stemmed


def names_doer(word: str) -> bool:
    """Tell whether a word names one by a verb of which it has the stem: "destroyer"."""
    one = word.removesuffix("s")
    return one.endswith(("er", "or")) and stem(one) in (stem(one[:-1]), stem(one[:-2]))


def has_stem_of(word: str, stems: frozenset[str]) -> bool:
    """Tell whether the stem of a word is one of these, which is found out only where it may be.

    A stem takes long, and keeps the first two letters of a word but for "dying" and the like.
    """
    may_be = word in _IRREGULAR or word.endswith("ying") or word[:2] in _beginnings(stems)
    return may_be and stem(word) in stems


@lru_cache(16)
def _beginnings(stems: frozenset[str]) -> frozenset[str]:
    return frozenset(one[:2] for one in stems)


def stems(text: str) -> list[str]:
    """Return the stem of each word of a sentence."""
    return [stem(word) for word in plain([text])[0].split()]


def clauses(sentence: str) -> list[str]:
    """Return the parts of a sentence that may each have a verb."""
    return _CLAUSE_ENDS.split(sentence)


def asked_words(text: str) -> list[str]:
    """Return the words of a question in plain spelling, with short forms undone."""
    return list(_asked_words(text[:MAX_LETTERS]))


@lru_cache(64)
def _asked_words(text: str) -> tuple[str, ...]:
    """Return the words of a question, which whoever answers it asks for several times."""
    parts = plain(_MARK.split(text))
    words: list[str] = []
    for number, part in enumerate(parts):
        if number and words:
            # Behind a word that asks, it is a verb.
            words.append("is" if words[-1] in _ASKING.split() else POSSESSIVE)
        for word in part.split():
            words += _SHORT.get(word, word).split()
    return tuple(_with_one_verb(words[:MAX_WORDS]))


def _with_one_verb(words: list[str]) -> Iterator[str]:
    """Yield the words of a question, one for a verb of two: "discover" for "find out"."""
    is_told = False
    for word, behind in zip_longest(words, words[1:], fillvalue=""):
        verb = _verb_of_two(word, behind)
        if verb or not is_told:
            yield verb or word
        is_told = bool(verb)


def _verb_of_two(word: str, behind: str) -> str:
    """Return the verb that says the same as two words; empty if they are none."""
    if behind not in _PARTICLES:
        return ""
    return _PHRASES.get((_IRREGULAR.get(word, stem(word)), behind), "")
