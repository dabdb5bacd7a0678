"""The command as a Job runs it: result, exit code, and nothing secret in what it says."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from controller.errors import ExitCode
from controller.jobs.__main__ import main
from controller.jobs.database import restorable, workers
from controller.jobs.place import Place
from tests.support.eventually import eventually
from tests.support.signedstore import SIGNATURE, SignedStore

PATIENCE = 20.0
"""Seconds for a process to end; it takes milliseconds."""


@pytest.fixture
def environment(place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    for name in ("database", "scratch", "transfer", "files", "result"):
        monkeypatch.setenv(f"SHOPFLEET_{name.upper()}", str(getattr(place, name)))
    return place


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    captured = capsys.readouterr()
    assert SIGNATURE not in captured.out + captured.err
    return [json.loads(line) for line in captured.out.splitlines()]


def test_result_is_one_json_line(environment: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["archive-files"]) == ExitCode.OK
    result = json.loads(environment.result.read_text())
    assert set(result) == {"bytes", "sha256", "files", "damaged", "vanished"}
    assert lines(capsys)[-1]["sha256"] == result["sha256"]


def test_every_line_says_what_it_is_about(
    environment: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    about = {"tenant": "rua", "procedure": "rua-delete", "request_id": "r1"}
    for name, value in about.items():
        monkeypatch.setenv(f"SHOPFLEET_{name.upper()}", value)
    main(["archive-files"])
    said = lines(capsys)
    assert len(said) > 1
    for line in said:
        assert about.items() <= line.items()


def test_failure_leaves_its_reason_and_exit_code(
    environment: Place, store: SignedStore, capsys: pytest.CaptureFixture[str]
) -> None:
    store.answers = [400]
    assert main(["archive-files"]) == ExitCode.REFUSED
    assert "HTTP 400" in json.loads(environment.result.read_text())["error"]
    assert lines(capsys)[-1]["level"] == "error"


def test_missing_transfer_file_is_named(environment: Place, capsys: pytest.CaptureFixture[str]) -> None:
    (environment.transfer / "put-url").unlink()
    assert main(["dump"]) == ExitCode.USAGE
    assert "put-url" in str(lines(capsys)[-1]["error"])


def test_missing_database_names_the_variable(
    environment: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SHOPFLEET_DATABASE")
    assert main(["dump"]) == ExitCode.USAGE
    assert "SHOPFLEET_DATABASE" in str(lines(capsys)[-1]["error"])


def test_url_inside_an_error_is_hidden(
    environment: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(place: Place) -> None:
        raise OSError(f"while sending to {place.url('put-url')}")

    monkeypatch.setitem(main.__globals__["JOBS"], "archive-files", fail)
    assert main(["archive-files"]) == ExitCode.FAILED
    lines(capsys)
    assert SIGNATURE not in environment.result.read_text()


def test_database_password_is_hidden(
    environment: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    service = tmp_path / "service.conf"
    service.write_text("[odoo]\nhost=db\npassword=hunter2hunter2\n")
    monkeypatch.setenv("PGSERVICEFILE", str(service))

    def fail(place: Place) -> None:
        raise OSError("password hunter2hunter2 is wrong")

    monkeypatch.setitem(main.__globals__["JOBS"], "archive-files", fail)
    main(["archive-files"])
    assert "hunter2" not in capsys.readouterr().out
    assert "hunter2" not in environment.result.read_text()


def test_a_job_that_is_to_end_stops_its_program_and_says_so(
    environment: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "pg_dump").write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 300\n")
    (programs / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    argv = [sys.executable, "-m", "controller.jobs", "dump"]
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL) as job:
        eventually(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text().endswith("\n"))
        job.terminate()
        assert job.wait(PATIENCE) == ExitCode.INTERRUPTED
    assert "ended from outside" in json.loads(environment.result.read_text())["error"]
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_entries_that_need_the_owner_of_an_extension_are_left_out() -> None:
    contents = [
        "; Archive created at 2026-03-02",
        "5; 2615 2200 SCHEMA - public postgres",
        "3; 3079 16400 EXTENSION - unaccent ",
        "4012; 0 0 COMMENT - EXTENSION unaccent ",
        "4013; 0 0 COMMENT - SCHEMA public postgres",
        "215; 1259 16500 TABLE public res_partner t_abcdefghij",
        "4014; 0 0 COMMENT public TABLE res_partner t_abcdefghij",
    ]
    assert restorable(contents) == [contents[0], contents[2], contents[5], contents[6]]


def test_no_more_workers_than_processors() -> None:
    assert workers(10_000) < 10_000
    assert workers(0) == 1
