"""What people and programs are told while the database is away."""

import json

import pytest

from tests.unit.release.images.loading import runtime

unavailable = runtime("unavailable")


@pytest.mark.parametrize(("body", "number"), [(b'{"id": 7}', 7), (b"[]", None), (b"nonsense", None), (None, None)])
def test_a_program_is_answered_in_its_language(body: bytes | None, number: int | None) -> None:
    environ = {"REQUEST_METHOD": "POST", "CONTENT_TYPE": "application/json; charset=utf-8"}
    status, headers, said = unavailable.answer(environ, body, doubtful=False)
    answer = json.loads(said)
    assert status.startswith("503")
    assert dict(headers)["Content-Type"] == "application/json"
    assert (answer["id"], answer["error"]["code"]) == (number, 503)
    # The web client of Odoo reads it for every error.
    assert answer["error"]["data"]["arguments"] == [answer["error"]["message"]]


@pytest.mark.parametrize(
    ("accepted", "word"),
    [("fr-FR,fr;q=0.9", "instant"), ("es", "momento"), ("pt, de;q=0.5", "Moment"), ("", "moment")],
)
def test_people_are_answered_in_theirs(accepted: str, word: str) -> None:
    environ = {"REQUEST_METHOD": "GET", "HTTP_ACCEPT_LANGUAGE": accepted}
    _, headers, said = unavailable.answer(environ, b"", doubtful=False)
    assert word in said.decode()
    assert dict(headers)["Content-Length"] == str(len(said))


@pytest.mark.parametrize(
    ("method", "doubtful", "again"), [("GET", False, 1), ("POST", False, 0), ("GET", True, 0)]
)
def test_only_a_page_that_was_asked_for_asks_again_by_itself(method: str, doubtful: bool, again: int) -> None:
    _, _, said = unavailable.answer({"REQUEST_METHOD": method}, b"", doubtful)
    assert said.count(b'http-equiv="refresh"') == again


def test_a_head_gets_no_body() -> None:
    _, _, said = unavailable.answer({"REQUEST_METHOD": "HEAD"}, b"", doubtful=False)
    assert said == b""
