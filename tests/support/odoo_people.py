"""People of a shop who work by RPC, each logged in by name, straight at Odoo's port."""

from functools import cached_property
from typing import Any

import httpx

from tests.support.odoo import OdooError, OdooSession


class Person(OdooSession):
    """Somebody logged in; `call` is what this person may do."""

    def __init__(self, port: int, timeout: float = 120.0) -> None:
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=timeout)

    def request(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        return self.http.request(method, path, follow_redirects=False, **arguments)

    def create(self, model: str, **values: Any) -> int:
        made: int = self.call(model, "create", values)
        return made

    def read(self, model: str, record: int, name: str) -> Any:
        """One field; of a many2one the id."""
        value = self.call(model, "read", [record], [name])[0][name]
        return value[0] if isinstance(value, list) and value and isinstance(value[-1], str) else value

    def read_form(self, model: str, record: int, form: str) -> dict[str, Any]:
        """What the form of this external name reads when this person opens it."""
        view = self.call(model, "fields_view_get", view_type="form", context={"form_view_ref": form})
        values: dict[str, Any] = self.call(model, "read", [record], list(view["fields"]))[0]
        return values

    def write(self, model: str, record: int, **values: Any) -> None:
        self.call(model, "write", [record], values)

    def find(self, model: str, *domain: Any) -> list[int]:
        found: list[int] = self.call(model, "search", list(domain))
        return found

    def press(self, model: str, record: int, button: str, **context: Any) -> Any:
        return self.call(model, button, [record], context=context)

    def is_refused(self, model: str, method: str, *args: Any, **kwargs: Any) -> str:
        """The message; raises AssertionError when it is allowed."""
        try:
            result = self.call(model, method, *args, **kwargs)
        except OdooError as error:
            return str(error)
        raise AssertionError(f"{model}.{method} is allowed, and gives {result!r}")


class People:
    """All people of a shop, logged in when they are first asked for."""

    def __init__(self, port: int, database: str, password: str) -> None:
        self._port, self._database, self._password = port, database, password
        self._known: dict[str, Person] = {}

    def __getattr__(self, login: str) -> Person:
        if login.startswith("_"):
            raise AttributeError(login)
        if login not in self._known:
            person = Person(self._port)
            person.login(self._database, login, self._password)
            self._known[login] = person
        return self._known[login]

    @cached_property
    def visitor(self) -> Person:
        """Somebody in the web shop who has not logged in."""
        return Person(self._port)
