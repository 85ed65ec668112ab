"""What a curator typed, repeated in an answer."""

# So much of it is enough to know it again.
LONGEST = 100


def echoed(typed: str) -> str:
    """What was typed, in quotation marks; no more than is needed to know it again."""
    return f"“{typed if len(typed) <= LONGEST else typed[: LONGEST - 1] + '…'}”"
