"""Discord's limits: a request that exceeds one is refused as a whole.

https://discord.com/developers/docs/components/reference
https://discord.com/developers/docs/interactions/application-commands
"""

# Characters in all texts of a message together.
MESSAGE_TEXT = 4000

# Bytes in them: over 10,170, of which 12 are counted for each text, a message fails.
MESSAGE_BYTES = 9_000

# Parts of a message: texts, boxes, rows, buttons, menus, files.
MESSAGE_COMPONENTS = 40

MESSAGE_FILES = 10

# Characters of a message without components.
PLAIN_TEXT = 2000

# Characters of an id that we give to a button, a menu or a form.
CUSTOM_ID = 100

BUTTON_LABEL = 80
BUTTONS_IN_ROW = 5

MENU_OPTIONS = 25

# Characters of an option's label, of its description, and of its value.
OPTION_TEXT = 100

FORM_TITLE = 45
FORM_FIELDS = 5
FIELD_TEXT = 4000

# Choices that are offered while an option of a command is typed, and characters of one.
CHOICES = 25
CHOICE_TEXT = 100

# Messages of a channel's history in one answer.
HISTORY_PAGE = 100

# For so long it takes an answer to an interaction.
ANSWER_SECONDS = 3.0
