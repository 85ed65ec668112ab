"""What columns and keys are called in files of quotes, and what that makes of them."""

from __future__ import annotations

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
        "sprecher wer автор"
    ),
    ColumnRole.LISTENER: "listener saidto spokento to",
    ColumnRole.DATE: (
        "date datesaid saidat timestamp datetime createdat created createdon creationdate time "
        "when dateadded addedat addedon savedat postedat posted ts year day datum fecha дата"
    ),
    ColumnRole.OCCASION: "occasion context situation game gamename event scene episode",
    ColumnRole.SOURCE: "source url link jumpurl messageurl messagelink permalink reference",
}
_ROLES = {
    name: (role, rank) for role, names in _NAMES.items() for rank, name in enumerate(names.split())
}
# Keys that hold rows, and are never the id or name of one.
_HOLDING = (
    "quotes messages entries data items results result list rows records tags commands texts "
    "lines posts users guild guilds channel channels server servers settings config meta metadata "
    "author user embeds attachments reactions mentions"
)
_CONTAINERS = frozenset(_HOLDING.split())


def role_of(name: str) -> ColumnRole | None:
    """Return what a column is by its name; None if the name is not known."""
    return _known(name)[0]


def rank_of(name: str) -> int:
    """Return how soon a column is taken among those of its role, 0 first."""
    return _known(name)[1]


def is_container(key: str) -> bool:
    """Return whether a key holds rows, so that it is neither the id nor the name of one."""
    return _plain(key[:LONGEST]) in _CONTAINERS


def _known(name: str) -> tuple[ColumnRole | None, int]:
    # What is nested is called by its last key where the whole is not known.
    name = name[:LONGEST]
    known = _ROLES.get(_plain(name)) or _ROLES.get(_plain(name.rpartition(".")[2]))
    return known or (None, len(_ROLES))


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
