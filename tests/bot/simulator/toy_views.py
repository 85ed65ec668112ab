"""The toy bot's buttons, card, form and select."""

import re
from typing import Any

import discord
from discord import ui


class RemoveButton(ui.DynamicItem[ui.Button[Any]], template=r"remove:(?P<user>\d+)"):
    def __init__(self, user: int) -> None:
        super().__init__(ui.Button(label="Remove", custom_id=f"remove:{user}"))
        self.user = user

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction, __: ui.Item[Any], match: re.Match[str]
    ) -> "RemoveButton":
        return cls(int(match["user"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await interaction.delete_original_response()


class MoreButton(ui.Button[Any]):
    def __init__(self) -> None:
        super().__init__(label="More", custom_id="more")

    async def callback(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.view, Card)
        self.view.box.add_item(ui.TextDisplay("More of it."))
        await interaction.response.edit_message(view=self.view)


class Card(ui.LayoutView):
    def __init__(self, name: str, user: int) -> None:
        super().__init__(timeout=None)
        wiki: ui.Button[Any] = ui.Button(label="Wiki", url="https://example.com/wiki")
        self.box: ui.Container[Any] = ui.Container(
            ui.TextDisplay(f"## {name}"),
            ui.Section(
                ui.TextDisplay("-# a **cited** [source](https://example.com)"), accessory=wiki
            ),
            ui.Separator(),
            ui.ActionRow(MoreButton(), RemoveButton(user)),
            accent_color=0x336699,
        )
        self.add_item(self.box)


class Form(ui.Modal, title="Suggest"):
    name: ui.Label[Any] = ui.Label(text="Name", component=ui.TextInput(custom_id="name"))
    note: ui.Label[Any] = ui.Label(
        text="Note", component=ui.TextInput(custom_id="note", required=False, default="a draft")
    )
    kind: ui.Label[Any] = ui.Label(
        text="Kind",
        component=ui.Select(
            custom_id="kind",
            options=[
                discord.SelectOption(label="Character", value="character"),
                discord.SelectOption(label="Event", value="event"),
            ],
        ),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        name, kind = self.name.component, self.kind.component
        assert isinstance(name, ui.TextInput)
        assert isinstance(kind, ui.Select)
        await interaction.response.send_message(f"{name.value} is a {kind.values[0]}")


class Picker(ui.View):
    @ui.select(
        options=[
            discord.SelectOption(label="First", value="1"),
            discord.SelectOption(label="Two"),
            discord.SelectOption(label="Third"),
        ]
    )
    async def pick(self, interaction: discord.Interaction, select: ui.Select[Any]) -> None:
        await interaction.response.send_message(f"picked {select.values[0]}", ephemeral=True)

    @ui.button(label="Bin")
    async def bin(self, interaction: discord.Interaction, _: ui.Button[Any]) -> None:
        assert interaction.message is not None
        await interaction.response.defer()
        await interaction.message.delete()


class Ranks(ui.View):
    @ui.select(
        placeholder="Best",
        options=[discord.SelectOption(label="Gold"), discord.SelectOption(label="Silver")],
    )
    async def best(self, interaction: discord.Interaction, _: ui.Select[Any]) -> None:
        await interaction.response.defer()

    @ui.select(cls=ui.RoleSelect, placeholder="A role")
    async def role(self, interaction: discord.Interaction, _: ui.RoleSelect[Any]) -> None:
        await interaction.response.defer()

    @ui.select(
        placeholder="Once",
        disabled=True,
        options=[discord.SelectOption(label="Never"), discord.SelectOption(label="Always")],
    )
    async def once(self, interaction: discord.Interaction, _: ui.Select[Any]) -> None:
        await interaction.response.defer()
