"""What columns and keys are called in files of quotes, and what that makes of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

# How much of a name is read.
LONGEST = 60


class ColumnRole(Enum):
    """What a column says of a quote."""

    WORDS = "the words"
    SPEAKER = "the speaker"
    LISTENER = "whom they were said to"
    DATE = "the date"
    OCCASION = "the occasion"
    SOURCE = "the source"


# Of several columns the one whose name stands first here is taken.
_NAMES = {
    ColumnRole.WORDS: (
        "quote quotetext quotedtext quotecontent quotation words saying phrase text content "
        "cleancontent message messagetext messagecontent body msg line response q zitat cita "
        "citation citat frase texto texte nachricht spruch цитата текст"
    ),
    ColumnRole.SPEAKER: (
        "speaker saidby quotee quotedperson quoteduser quotedusername originator attributedto "
        "author authorname authordisplayname attribution by character who person displayname "
        "nickname username user member membername sender from name nick a autor auteur "
        "sprecher wer quien quién qui кто автор"
    ),
    ColumnRole.LISTENER: "listener saidto spokento to",
    ColumnRole.DATE: (
        "date datesaid saidat timestamp datetime createdat created createdon creationdate time "
        "when dateadded addedat addedon savedat postedat posted ts year day datum wann fecha "
        "cuando cuándo quand дата когда"
    ),
    ColumnRole.OCCASION: "occasion context situation game gamename event scene episode",
    ColumnRole.SOURCE: "source url link jumpurl messageurl messagelink permalink reference",
}
_ROLES = {
    name: (role, rank) for role, names in _NAMES.items() for rank, name in enumerate(names.split())
}
_UNKNOWN: tuple[ColumnRole | None, int] = (None, len(_ROLES))
# Keys that hold rows, and are never the id or name of one.
_HOLDING = (
    "quotes messages entries data items results result list rows records tags commands texts "
    "lines posts users guild guilds channel channels server servers settings config meta metadata "
    "author user embeds attachments reactions mentions"
)
_CONTAINERS = frozenset(_HOLDING.split())


# Words in a name that say no more of what it names, and those of them that ask in a question.
_VERBS = frozenset(("is", "was", "were", "did", "has"))
_FILLERS = "a an the it this that said quoted original full real raw clean nick display global"
_FILLING = frozenset((*_VERBS, *_FILLERS.split(), "of"))
_ASKING = {"what": ColumnRole.WORDS, "who": ColumnRole.SPEAKER, "when": ColumnRole.DATE}
_WORD = re.compile(r"[^\W\d_]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
# The plural of a name has to be so long to be known.
_LONG = 5


def role_of(name: str, *, of_table: bool = False) -> ColumnRole | None:
    """Return what a column is by its name; None if the name is not known.

    Columns of a table may be called “Quotes”, which is what holds rows in JSON.
    """
    return _known(name, of_table=of_table)[0]


def rank_of(name: str) -> int:
    """Return how soon a column is taken among those of its role, 0 first."""
    return _known(name, of_table=True)[1]


def is_plain(name: str) -> bool:
    """Return whether the whole of a name is known, so that it can hardly mean anything else."""
    return _plain(name[:LONGEST]) in _ROLES


def is_container(key: str) -> bool:
    """Return whether a key holds rows, so that it is neither the id nor the name of one."""
    return _plain(key[:LONGEST]) in _CONTAINERS


def _known(name: str, *, of_table: bool) -> tuple[ColumnRole | None, int]:
    # What is nested is called by its last key where the whole is not known.
    name = name[:LONGEST]
    last = name.rpartition(".")[2]
    if known := _ROLES.get(_plain(name)) or _ROLES.get(_plain(last)):
        return known
    role = _of_words([word.casefold() for word in _WORD.findall(_HUMP.sub(" ", last))])
    if role is None and of_table and len(name) > _LONG and name[-1] in "sS":
        role = _ROLES.get(_plain(name[:-1]), _UNKNOWN)[0]
    return role, _UNKNOWN[1]


def _of_words(words: Sequence[str]) -> ColumnRole | None:
    """Return what a name of several words is, each of them known: such as a quote's author."""
    if not words or words[0] in _VERBS:
        return None
    asked = _ASKING.get(words[0])
    roles = [
        _ROLES.get(word, _UNKNOWN)[0] for word in words[asked is not None :] if word not in _FILLING
    ]
    if "of" in words:
        # In "author of the quote" the first says what it is.
        roles.reverse()
    role = asked or (roles[-1] if roles else None)
    # What is of a speaker or of a date is another thing: posted_by, author_url.
    return role if {ColumnRole.WORDS, role}.issuperset(roles) else None


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
