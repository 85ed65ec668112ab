"""The kinds of entries as a command offers them."""

from discord import app_commands

from lore.pack.model import Kind
from lore.query.visible_lore import QUOTE

KINDS = [app_commands.Choice(name=kind.value.capitalize(), value=kind.value) for kind in Kind]
KINDS_AND_QUOTE = [*KINDS, app_commands.Choice(name="Quote", value=QUOTE)]
