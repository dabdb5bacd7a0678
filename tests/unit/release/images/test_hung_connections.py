"""Waits for a server that does not answer any more."""

import socket
from collections.abc import Iterator

import pytest

from tests.unit.release.images.away import Clock
from tests.unit.release.images.loading import runtime

hung = runtime("hung")


class Watched:
    """Waits that are looked at by hand, on connections of which each is one end of a pair of sockets."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.answers: list[str] = []
        self.asked: list[socket.socket] = []
        self.waits = hung.Waits(10.0, self.ask, lambda: False, clock=self.clock)

    def ask(self, connection: socket.socket) -> str:
        self.asked.append(connection)
        return self.answers.pop(0)

    def after(self, seconds: float, *answers: str) -> None:
        self.clock.now += seconds
        self.answers = list(answers)
        self.waits.look()
        assert self.answers == []


@pytest.fixture
def connection() -> Iterator[socket.socket]:
    ours, servers = socket.socketpair()
    with ours, servers:
        ours.setblocking(False)
        yield ours


def is_cut(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False


def test_a_slow_query_is_left_alone(connection: socket.socket) -> None:
    watched = Watched()
    watched.waits.begin(connection)
    watched.after(9)
    watched.after(1, hung.OURS)
    watched.after(9)
    watched.after(1, hung.OURS)
    assert not is_cut(connection)


def test_a_wait_for_a_server_that_was_replaced_is_ended(connection: socket.socket) -> None:
    watched = Watched()
    watched.waits.begin(connection)
    watched.after(10, hung.GONE)
    assert is_cut(connection)


def test_a_server_that_is_silent_twice_is_given_up(connection: socket.socket) -> None:
    watched = Watched()
    watched.waits.begin(connection)
    watched.after(10, hung.SILENT)
    assert not is_cut(connection)
    watched.after(2, hung.OURS)
    watched.after(10, hung.SILENT)
    assert not is_cut(connection)
    watched.after(2, hung.SILENT)
    assert is_cut(connection)


def test_a_silent_server_is_asked_once_for_all_that_wait(connection: socket.socket) -> None:
    watched = Watched()
    other, _ends = socket.socketpair()
    with other, _ends:
        watched.waits.begin(connection)
        watched.waits.begin(other)
        watched.after(10, hung.SILENT)
        watched.after(2, hung.SILENT)
        assert is_cut(connection)
        other.setblocking(False)
        assert is_cut(other)


def test_a_connection_that_was_answered_meanwhile_is_not_cut(connection: socket.socket) -> None:
    clock = Clock()

    def answered_while_asking(_connection: object) -> str:
        waits.end(wait)
        return str(hung.GONE)

    waits = hung.Waits(10.0, answered_while_asking, lambda: False, clock=clock)
    wait = waits.begin(connection)
    clock.now += 10
    waits.look()
    assert not is_cut(connection)
