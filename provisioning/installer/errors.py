"""What a person is told when the platform cannot be installed, sorted by what they can do about it."""


class InstallError(Exception):
    """One clear sentence, and what to do about it."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint


class KubeconfigError(InstallError):
    """The file that names the cluster cannot be used."""


class UnreachableError(InstallError):
    """The API server gave no answer; the next call may get one."""


class DeniedError(InstallError):
    """The API server understood and said no. Asking again changes nothing."""


class UnknownKindError(DeniedError):
    """The cluster has no such kind."""
