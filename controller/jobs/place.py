"""Where a job finds its inputs and leaves its result. The Job manifests are provisioning/objects/jobs.py."""

from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from controller.errors import UserError

GET_URL = "get-url"
PUT_URL = "put-url"


class Place(BaseSettings):
    """Paths and names of one job; each can be moved by SHOPFLEET_<NAME>, which tests do."""

    model_config = SettingsConfigDict(env_prefix="SHOPFLEET_", frozen=True, extra="ignore")

    database: str = Field(pattern=r"^[a-z][a-z0-9_]{0,62}$", description="The tenant's own database.")
    scratch: Path = Field(default=Path("/work"), description="Space for one dump or archive.")
    transfer: Path = Field(
        default=Path("/run/shopfleet/transfer"), description="Signed URLs as files: they are secrets."
    )
    files: Path = Field(default=Path("/var/lib/odoo"), description="Odoo's data folder.")
    ca_file: Path | None = Field(
        default=None, description="An authority for the object store, beside those that the image trusts."
    )
    result: Path = Field(
        default=Path("/dev/termination-log"),
        description="What the pod's status shows afterwards; at most 4 KiB.",
    )
    restore_jobs: int = Field(
        default=2, ge=1, le=16, description="Parallel workers of a restore, each with its own connection."
    )
    tenant: str | None = Field(default=None, max_length=63, description="Whose job it is, for the log.")
    procedure: str | None = Field(default=None, max_length=63, description="What it is part of, for the log.")
    request_id: str | None = Field(default=None, max_length=63, description="What was asked for, for the log.")
    expected_sha256: str | None = Field(
        default=None, pattern=r"^[0-9a-f]{64}$", description="Digest that a download must have, when known."
    )

    def url(self, name: str) -> str:
        """The signed URL in the transfer Secret. Raises UserError when the Job was built without it."""
        path = self.transfer / name
        try:
            return path.read_text().strip()
        except FileNotFoundError:
            raise UserError(f"there is no {path}: the Job's transfer Secret lacks {name}") from None

    @property
    def context(self) -> dict[str, str]:
        """What every line of the log says, as far as it is known."""
        known = {"tenant": self.tenant, "procedure": self.procedure, "request_id": self.request_id}
        return {key: value for key, value in known.items() if value}

    @property
    def filestore(self) -> Path:
        """The folder of the database's attachments; absent as long as there is none."""
        return self.files / "filestore" / self.database


def read_place() -> Place:
    """The place from the environment. Raises UserError naming the variable that is missing or wrong."""
    try:
        return Place()
    except ValidationError as error:
        first = error.errors()[0]
        variable = f"SHOPFLEET_{str(first['loc'][0]).upper()}"
        raise UserError(f"{variable}: {first['msg']}") from error
