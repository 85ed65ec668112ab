"""The bot's answers to interactions: callbacks, original answers, followups; their deadlines."""

from datetime import timedelta

from bot.simulator import limits, refusals
from bot.simulator.findings import Findings
from bot.simulator.interactions import AnswerState, Interaction, InteractionKind, Location, metadata
from bot.simulator.objects import EPHEMERAL, LOADING, Json, Message, Person
from bot.simulator.state import SimState

FIRST_ANSWER = timedelta(seconds=3)
TOKEN_LIFE = timedelta(minutes=15)
MESSAGE, THINKING, ACKNOWLEDGE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
_KEPT = 2_000  # far more than wait for an answer at once; under load the oldest are forgotten


class Answers:
    """The interactions of a simulation and their answers."""

    def __init__(self, state: SimState) -> None:
        self._state = state
        self._interactions: dict[str, Interaction] = {}

    def begin(
        self,
        kind: InteractionKind,
        person: Person,
        place: Location,
        data: Json,
        source: Message | None = None,
        opener: Interaction | None = None,
    ) -> Interaction:
        """Return a new interaction of a person; it still has to be sent to the bot."""
        number = self._state.new_id()
        token = f"rehearsal-{number}"
        made = self._state.clock()
        interaction = Interaction(number, token, kind, person, place, made, data, source, opener)
        self._interactions[token] = interaction
        if len(self._interactions) > _KEPT:
            del self._interactions[next(iter(self._interactions))]
        return interaction

    def callback(self, interaction_id: int, token: str, body: Json) -> Json:
        """Handle the first answer; return the body that Discord gives to `with_response`."""
        interaction = self._interactions.get(token)
        if interaction is None or interaction.id != interaction_id:
            raise refusals.unknown_interaction()
        if interaction.answered is not None:
            raise refusals.already_acknowledged()
        if self._state.clock() - interaction.created > FIRST_ANSWER:
            raise refusals.unknown_interaction()
        kind, data = body.get("type", 0), body.get("data") or {}
        _judge_kind(interaction, kind)
        outcome = self._first(interaction, kind, data, body)
        interaction.answered = kind
        interaction.outcomes.put_nowait(outcome)
        return _with_response(interaction, outcome)

    def _first(self, interaction: Interaction, kind: int, data: Json, body: Json) -> AnswerState:
        if kind == CHOICES:
            limits.judge_choices(data)
            return AnswerState("choices", body)
        if kind == MODAL:
            limits.judge_modal(data)
            return AnswerState("modal", body)
        if kind in (ACKNOWLEDGE, UPDATE) and interaction.source is not None:
            interaction.original = interaction.source
            if kind == ACKNOWLEDGE:
                return AnswerState("acknowledged", body, interaction.source)
            self._state.edit(interaction.source, data, ("data",))
            return AnswerState("update", body, interaction.source, interaction.source.payload)
        if kind == MESSAGE:
            limits.judge_message(data, ("data",))
        else:
            data = {"flags": (data.get("flags") or 0) & EPHEMERAL | LOADING}
        interaction.original = self._post(interaction, data)
        shown = interaction.original.payload
        return AnswerState(
            "message" if kind == MESSAGE else "thinking", body, interaction.original, shown
        )

    def _post(self, interaction: Interaction, data: Json) -> Message:
        ephemeral = (data.get("flags") or 0) & EPHEMERAL
        extra: Json = {
            "application_id": str(self._state.bot.id),
            "webhook_id": str(self._state.bot.id),
            "interaction_metadata": metadata(interaction),
        }
        return self._state.post(
            interaction.place.channel,
            self._state.bot,
            data,
            ephemeral_to=interaction.person.id if ephemeral else None,
            extra=extra,
        )

    def answered(self, token: str) -> Interaction:
        """Return the interaction whose token is still valid; refuse an expired one."""
        interaction = self._interactions.get(token)
        if interaction is None or interaction.answered is None:
            raise refusals.unknown_webhook()
        if self._state.clock() - interaction.created > TOKEN_LIFE:
            raise refusals.expired_token()
        return interaction

    def message(self, token: str, which: str) -> Message:
        """Return a message of this interaction: `@original`, or one by id."""
        interaction = self.answered(token)
        messages = interaction.place.channel.messages
        wanted = interaction.original.id if interaction.original else 0
        if which != "@original":
            wanted = int(which)
        if wanted not in messages:
            raise refusals.unknown_message()
        return messages[wanted]

    def edit(self, token: str, which: str, body: Json) -> Message:
        """Edit an answer; the edit of a deferred answer is its first content."""
        message = self.message(token, which)
        thinking = message.payload["flags"] & LOADING
        self._state.edit(message, body)
        outcome = AnswerState("message" if thinking else "update", body, message, message.payload)
        self.answered(token).outcomes.put_nowait(outcome)
        return message

    def delete(self, token: str, which: str) -> None:
        """Delete an answer."""
        message = self.message(token, which)
        self._state.delete(message)
        self.answered(token).outcomes.put_nowait(AnswerState("removed", {}, message))

    def follow_up(self, token: str, body: Json) -> Message:
        """Add a message; the first one after a deferral fills the deferred answer."""
        interaction = self.answered(token)
        original = interaction.original
        if original is not None and original.payload["flags"] & LOADING:
            return self.edit(token, "@original", body)
        limits.judge_message(body)
        message = self._post(interaction, body)
        interaction.outcomes.put_nowait(AnswerState("message", body, message, message.payload))
        return message

    def notice(self, message: Message, body: Json, *, removed: bool) -> None:
        """Note for the last person who used this message that the bot changed it directly."""
        for interaction in reversed(self._interactions.values()):
            if interaction.source is message:
                outcome = (
                    AnswerState("removed", body, message)
                    if removed
                    else AnswerState("update", body, message, message.payload)
                )
                interaction.outcomes.put_nowait(outcome)
                return


def _judge_kind(interaction: Interaction, kind: int) -> None:
    allowed = {MESSAGE, THINKING, MODAL}
    if interaction.kind is InteractionKind.AUTOCOMPLETE:
        allowed = {CHOICES}
    elif interaction.kind is InteractionKind.MODAL:
        allowed -= {MODAL}
    if interaction.source is not None:
        allowed |= {ACKNOWLEDGE, UPDATE}
    found = Findings()
    found.among((), "type", kind, allowed)
    found.refuse()


def _with_response(interaction: Interaction, outcome: AnswerState) -> Json:
    details: Json = {"id": str(interaction.id), "type": int(interaction.kind)}
    answer: Json = {"interaction": details}
    original = interaction.original
    if original is not None:
        details["response_message_id"] = str(original.id)
        details["response_message_loading"] = outcome.kind == "thinking"
        details["response_message_ephemeral"] = original.ephemeral_to is not None
        if outcome.kind in ("message", "update"):
            answer["resource"] = {"type": interaction.answered, "message": original.payload}
    return answer
