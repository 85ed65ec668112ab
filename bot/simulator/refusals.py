"""Discord's refusals: a status and the error body that goes with it."""

from typing import Any


class RefusedError(Exception):
    """Discord refuses a request: HTTP `status` with an error body of `code` and `message`."""

    def __init__(
        self, status: int, code: int, message: str, errors: dict[str, Any] | None = None
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.body: dict[str, Any] = {"message": message, "code": code}
        if errors:
            self.body["errors"] = errors


def unauthorized() -> RefusedError:
    """The token is not the one this bot was given."""
    return RefusedError(401, 0, "401: Unauthorized")


def unknown_route() -> RefusedError:
    """No such route here."""
    return RefusedError(404, 0, "404: Not Found")


def unknown_channel() -> RefusedError:
    """The channel is gone or never was."""
    return RefusedError(404, 10003, "Unknown Channel")


def unknown_guild() -> RefusedError:
    """The server is gone or the bot is not in it."""
    return RefusedError(404, 10004, "Unknown Guild")


def unknown_message() -> RefusedError:
    """The message is gone or was never there."""
    return RefusedError(404, 10008, "Unknown Message")


def unknown_member() -> RefusedError:
    """Nobody with that id is in the server."""
    return RefusedError(404, 10007, "Unknown Member")


def unknown_user() -> RefusedError:
    """Nobody has that id."""
    return RefusedError(404, 10013, "Unknown User")


def unknown_webhook() -> RefusedError:
    """No interaction has that token."""
    return RefusedError(404, 10015, "Unknown Webhook")


def unknown_interaction() -> RefusedError:
    """The first answer came too late, or the id is wrong."""
    return RefusedError(404, 10062, "Unknown interaction")


def too_large() -> RefusedError:
    """A file or the whole request is larger than Discord takes."""
    return RefusedError(413, 40005, "Request entity too large")


def already_acknowledged() -> RefusedError:
    """An interaction has one first answer."""
    return RefusedError(400, 40060, "Interaction has already been acknowledged.")


def missing_access() -> RefusedError:
    """The bot does not see the channel."""
    return RefusedError(403, 50001, "Missing Access")


def foreign_message() -> RefusedError:
    """Only its author edits a message."""
    return RefusedError(403, 50005, "Cannot edit a message authored by another user")


def empty_message() -> RefusedError:
    """A message must hold something."""
    return RefusedError(400, 50006, "Cannot send an empty message")


def missing_permissions() -> RefusedError:
    """The bot sees the channel but may not do this in it."""
    return RefusedError(403, 50013, "Missing Permissions")


def expired_token() -> RefusedError:
    """An interaction's token is valid for 15 minutes."""
    return RefusedError(401, 50027, "Invalid Webhook Token")
