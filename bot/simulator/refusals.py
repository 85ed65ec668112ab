"""Discord's error answers: a status and an error body."""

from math import ceil
from typing import Any


class RefusedError(Exception):
    """Discord refuses a request: HTTP `status` with an error body of `code` and `message`."""

    def __init__(
        self, status: int, code: int, message: str, errors: dict[str, Any] | None = None
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.headers: dict[str, str] = {}
        self.body: dict[str, Any] = {"message": message, "code": code}
        if errors:
            self.body["errors"] = errors


def unauthorized() -> RefusedError:
    """Return the error for a wrong token."""
    return RefusedError(401, 0, "401: Unauthorized")


def unknown_route() -> RefusedError:
    """Return the error for an unknown route."""
    return RefusedError(404, 0, "404: Not Found")


def unknown_channel() -> RefusedError:
    """Return the error for a channel that does not exist."""
    return RefusedError(404, 10003, "Unknown Channel")


def unknown_guild() -> RefusedError:
    """Return the error for a server that the bot is not in."""
    return RefusedError(404, 10004, "Unknown Guild")


def unknown_message() -> RefusedError:
    """Return the error for a message that does not exist."""
    return RefusedError(404, 10008, "Unknown Message")


def unknown_member() -> RefusedError:
    """Return the error for an id that no member has."""
    return RefusedError(404, 10007, "Unknown Member")


def unknown_user() -> RefusedError:
    """Return the error for an id that nobody has."""
    return RefusedError(404, 10013, "Unknown User")


def unknown_webhook() -> RefusedError:
    """Return the error for an unknown interaction token."""
    return RefusedError(404, 10015, "Unknown Webhook")


def unknown_interaction() -> RefusedError:
    """Return the error for a late first answer, or a wrong id."""
    return RefusedError(404, 10062, "Unknown interaction")


def too_large() -> RefusedError:
    """Return the error for a file or request that is too large."""
    return RefusedError(413, 40005, "Request entity too large")


def already_acknowledged() -> RefusedError:
    """Return the error for a second first answer."""
    return RefusedError(400, 40060, "Interaction has already been acknowledged.")


def missing_access() -> RefusedError:
    """Return the error for a channel that the bot cannot see."""
    return RefusedError(403, 50001, "Missing Access")


def foreign_message() -> RefusedError:
    """Return the error for editing another author's message."""
    return RefusedError(403, 50005, "Cannot edit a message authored by another user")


def empty_message() -> RefusedError:
    """Return the error for a message without content."""
    return RefusedError(400, 50006, "Cannot send an empty message")


def wrong_channel_type() -> RefusedError:
    """Return the error for something that a channel of this kind does not have."""
    return RefusedError(400, 50024, "Cannot execute action on this channel type")


def no_text_channel() -> RefusedError:
    """Return the error for a message to a forum."""
    return RefusedError(400, 50008, "Cannot send messages in a non-text channel")


def already_crossposted() -> RefusedError:
    """Return the error for publishing a message a second time."""
    return RefusedError(400, 40033, "This message has already been crossposted.")


def limited(seconds: float) -> RefusedError:
    """Return the error for a request that a channel takes again in so many seconds."""
    return _limited(seconds, "The resource is being rate limited.", "shared")


def globally_limited(seconds: float) -> RefusedError:
    """Return the error for one request too many in a second, whatever it was for."""
    refused = _limited(seconds, "You are being rate limited.", "global")
    refused.headers["X-RateLimit-Global"] = "true"
    return refused


def _limited(seconds: float, message: str, scope: str) -> RefusedError:
    """Return the error for a limit of this scope.

    https://discord.com/developers/docs/topics/rate-limits#exceeding-a-rate-limit
    """
    refused = RefusedError(429, 0, message)
    is_global = scope == "global"
    refused.body = {"message": message, "retry_after": seconds, "global": is_global}
    # Without Via, discord.py takes it for the answer of a proxy.
    refused.headers = {
        "Via": "1.1 google",
        "Retry-After": str(ceil(seconds)),
        "X-RateLimit-Scope": scope,
    }
    return refused


def thread_exists() -> RefusedError:
    """Return the error for a second thread under a message."""
    return RefusedError(400, 160004, "A thread has already been created for this message")


def thread_locked() -> RefusedError:
    """Return the error for a message to a locked thread."""
    return RefusedError(400, 160005, "Thread is locked")


def missing_permissions() -> RefusedError:
    """Return the error for a missing permission in a visible channel."""
    return RefusedError(403, 50013, "Missing Permissions")


def expired_token() -> RefusedError:
    """Return the error for an interaction token after 15 minutes."""
    return RefusedError(401, 50027, "Invalid Webhook Token")
