"""What services need of the outside world, as protocols; adapters implement them for real, tests by fakes.

Every method that changes something outside is an *effect*: the adapter announces it through `Effects` before
it acts, which refuses once the operator has lost its lease, and counts it afterwards.

All methods raise errors of controller.errors only: UnavailableError when the outside gave no answer,
RefusedError when it said no, ConflictError when somebody else was first.

`within` gives the same thing for calls that have to end by a deadline: those raise DeadlineError when their time
is up and CancelledError when they are not wanted any more, before they change anything or, where the outside can
be asked to stop, in the middle. Nothing half done stays then but what the same call mends.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from controller.core import limits
from provisioning.meta import Manifest

if TYPE_CHECKING:
    from controller.core.deadline import Deadline

Row = dict[str, Any]
Statement = tuple[str, Sequence[Any] | Mapping[str, Any]]
"""SQL with psycopg placeholders, and its parameters."""


@dataclass(frozen=True)
class Ref:
    """Names one Kubernetes object."""

    api_version: str
    kind: str
    name: str
    namespace: str | None = None

    def __str__(self) -> str:
        place = f"{self.namespace}/" if self.namespace else ""
        return f"{self.kind} {place}{self.name}"

    @classmethod
    def of(cls, manifest: Manifest) -> "Ref":
        metadata = manifest["metadata"]
        return cls(manifest["apiVersion"], manifest["kind"], metadata["name"], metadata.get("namespace"))


class Clock(Protocol):
    def now(self) -> datetime:
        """Wall clock in UTC, with its time zone set."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back and run on while the process is stopped."""
        ...

    def sleep(self, seconds: float) -> None: ...


class Cancellation(Protocol):
    """Whether those who wait for a result want it to stop."""

    @property
    def reason(self) -> str | None:
        """Why it has to stop; None as long as it may go on."""
        ...

    def interrupting(self, interrupt: Callable[[], None]) -> AbstractContextManager[None]:
        """Around a wait that only `interrupt` can end.

        From the cancellation to the end of the block it is called again and again, in another thread and never
        twice at once. Raises CancelledError on entry when it is cancelled already.
        """
        ...


class Effects(Protocol):
    """Guards and counts changes to the outside."""

    def __call__(self, action: str, target: str) -> AbstractContextManager[None]:
        """Enter before the change and leave after it: `with effects("postgres.create_database", name):`.

        Raises LostLeadershipError on entry when this process may not act any more.
        """
        ...

    @property
    def generation(self) -> int:
        """Number of the leadership under which this process acts; grows with every change of leader."""
        ...


class Kube(Protocol):
    """The Kubernetes API. An absent object is None; a failed read is an error, never None."""

    def within(self, deadline: "Deadline") -> "Kube": ...

    def get(self, ref: Ref) -> Manifest | None: ...

    def list(
        self,
        api_version: str,
        kind: str,
        namespace: str | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> list[Manifest]: ...

    def apply(self, manifest: Manifest) -> Manifest:
        """Server-side apply with our field manager, taking over fields from others."""
        ...

    def create(self, manifest: Manifest) -> Manifest:
        """Raises ConflictError when the object exists."""
        ...

    def patch(self, ref: Ref, patch: Manifest) -> Manifest:
        """JSON merge patch. With metadata.resourceVersion in it, raises ConflictError when outdated."""
        ...

    def patch_status(self, ref: Ref, status: Manifest, resource_version: str | None = None) -> Manifest:
        """Merge into the status subresource; with a resource version, ConflictError when outdated."""
        ...

    def delete(self, ref: Ref, uid: str | None = None) -> bool:
        """Delete with background propagation; False when it was absent already.

        With the uid of the object that was read, ConflictError when there is another of its name by now: that
        one belongs to somebody who came later.
        """
        ...

    def pod_log(self, namespace: str, pod: str, container: str | None = None, tail: int | None = None) -> str: ...

    def event(self, about: Manifest, reason: str, message: str, *, warning: bool = False) -> None:
        """An Event on the object. Failing to write one is logged, not raised."""
        ...

    def dry_run(self, manifest: Manifest) -> Manifest:
        """What apply would store, by the server's own validation; changes nothing."""
        ...

    def user(self) -> str:
        """The user name that the API server sees us as."""
        ...


@dataclass(frozen=True)
class ServerUsage:
    """Connections in use and allowed on one PostgreSQL server, and its databases named like tenants'."""

    connections_used: int
    connections_limit: int
    tenant_databases: int


class Postgres(Protocol):
    """One PostgreSQL server, used by a role that may create databases and roles but is no superuser."""

    def within(self, deadline: "Deadline") -> "Postgres": ...

    def version(self) -> str: ...

    def usage(self) -> ServerUsage: ...

    def role_exists(self, role: str) -> bool: ...

    def ensure_role(self, role: str, password: str | None, connection_limit: int = -1) -> None:
        """Create or update; without password the role cannot log in.

        Its sessions end when they leave a transaction idle for longer than any honest job takes.
        """
        ...

    def drop_role(self, role: str) -> None:
        """Does nothing when absent. Raises RefusedError when it still owns something."""
        ...

    def database_exists(self, name: str) -> bool: ...

    def database_size(self, name: str) -> int | None:
        """Bytes; None when absent."""
        ...

    def create_database(self, name: str, template: str | None = None) -> None:
        """Owned by the admin, CONNECT revoked from PUBLIC. Raises ConflictError when it exists."""
        ...

    def give_database(self, name: str, new_owner: str, object_owner: str | None = None) -> None:
        """Make `new_owner` own the database, its public schema and all objects of `object_owner` in it.

        Refuses when `object_owner` owns any database: a REASSIGN would hand those over too.
        """
        ...

    def admit(self, name: str, role: str) -> None:
        """Let the role connect, create and own schema public; the database itself stays the admin's."""
        ...

    def rename_database(self, name: str, new_name: str) -> None: ...

    def drop_database(self, name: str) -> None:
        """Ends its sessions and drops it; does nothing when absent."""
        ...

    def set_template(self, name: str, *, template: bool) -> None:
        """As a template it accepts no connections, so that it can be copied at any time."""
        ...

    def end_sessions(self, database: str) -> int:
        """Terminate all other sessions of a database; returns how many."""
        ...

    def execute(self, database: str, statements: Sequence[Statement], role: str | None = None) -> None:
        """Run all in one transaction, as `role` when given; nothing stays when one fails."""
        ...

    def query(
        self, database: str, sql: str, parameters: Sequence[Any] = (), timeout: float = limits.QUERY
    ) -> list[Row]:
        """One read-only query; `timeout` in seconds is PostgreSQL's statement_timeout, if that much is left."""
        ...

    def owned_elsewhere(self, role: str, database: str) -> list[str]:
        """What the role owns or is a member of outside its database; empty for a well isolated tenant."""
        ...


@dataclass(frozen=True)
class ObjectInfo:
    key: str
    size: int
    modified: datetime
    generation: int | None = None
    """The operator's leadership that put it; None of what others uploaded, and in a list, which does not tell."""


class ObjectStore(Protocol):
    """An S3 server."""

    def within(self, deadline: "Deadline") -> "ObjectStore": ...

    def ensure_bucket(self, bucket: str, *, object_lock: bool = False) -> None: ...

    def put(self, bucket: str, key: str, content: bytes) -> None: ...

    def get(self, bucket: str, key: str) -> bytes | None: ...

    def head(self, bucket: str, key: str) -> ObjectInfo | None: ...

    def list(self, bucket: str, prefix: str) -> Iterator[ObjectInfo]: ...

    def delete(self, bucket: str, key: str) -> None: ...

    def presign_get(self, bucket: str, key: str, valid: timedelta) -> str:
        """A URL that reads this one object until it expires; changes nothing."""
        ...

    def presign_put(self, bucket: str, key: str, valid: timedelta) -> str: ...


class Web(Protocol):
    """HTTPS as a customer sees it, through the gateway."""

    def within(self, deadline: "Deadline") -> "Web": ...

    def status(self, hostname: str, path: str, timeout: float = limits.PAGE) -> int:
        """Status code of a GET, redirects within the same host followed. UnavailableError without an answer."""
        ...


class Review(Protocol):
    """What an API server says about itself and about the rights of whoever asks."""

    @property
    def server(self) -> str:
        """Its address."""
        ...

    def version(self) -> str:
        """Such as v1.36.3."""
        ...

    def may(
        self, verb: str, resource: str, group: str = "", namespace: str | None = None, name: str | None = None
    ) -> bool:
        """Whether we may; `resource` is a plural, with `/subresource` where one is meant.

        `name` asks for one object only, for which there may be a right where there is none for all.
        """
        ...


class Streams(Protocol):
    """What goes on with a pod while somebody watches."""

    def follow_log(self, namespace: str, pod: str, container: str, tail: int) -> Iterator[str]:
        """Lines as they are written, the last `tail` ones first."""
        ...

    def shell(self, namespace: str, pod: str, container: str, command: Sequence[str]) -> int:
        """Run the command with our terminal; its exit code."""
        ...

    def run(
        self, namespace: str, pod: str, container: str, command: Sequence[str], content: bytes
    ) -> Iterator[str]:
        """Run the command, send it the content, and yield the lines it answers."""
        ...
