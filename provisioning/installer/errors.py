"""What a person is told when the platform cannot be installed."""


class InstallError(Exception):
    """One clear sentence, and what to do about it."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint
