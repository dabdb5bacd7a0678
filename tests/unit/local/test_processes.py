from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from provisioning.local.processes import (
    ProcessRecord,
    end,
    is_ours,
    read_record,
    record_of,
    start_ticks,
    wait_until_gone,
)

RECORD = ProcessRecord(pid=42, start_ticks=1000, boot_id="boot-a", marker="/state/demo/init.sh")


OURS = "sh\0/state/demo/init.sh\0"


def fake_proc(root: Path, *, boot: str = "boot-a", ticks: int = 1000, state: str = "S", line: str = OURS) -> Path:
    (root / "sys/kernel/random").mkdir(parents=True)
    (root / "sys/kernel/random/boot_id").write_text(f"{boot}\n")
    (root / "42").mkdir()
    before = " ".join(["0"] * 18)
    (root / "42/stat").write_text(f"42 (a) b (c) {state} {before} {ticks} 0 0")
    (root / "42/cmdline").write_bytes(line.encode())
    return root


def test_the_same_process_is_ours(tmp_path: Path) -> None:
    assert is_ours(RECORD, fake_proc(tmp_path))


def test_one_that_hands_over_to_its_next_program_is_ours(tmp_path: Path) -> None:
    assert is_ours(RECORD, fake_proc(tmp_path, line=""))


@pytest.mark.parametrize(
    "other",
    [{"boot": "boot-b"}, {"ticks": 1001}, {"line": "sh\0/state/test/init.sh\0"}, {"state": "Z"}, {"state": "X"}],
    ids=["machine restarted", "id reused", "another program", "zombie", "dead"],
)
def test_anything_else_is_not(tmp_path: Path, other: dict[str, str]) -> None:
    assert not is_ours(RECORD, fake_proc(tmp_path, **other))  # type: ignore[arg-type]


def test_an_ended_process_is_not_ours(tmp_path: Path) -> None:
    assert not is_ours(replace(RECORD, pid=43), fake_proc(tmp_path))


def test_record_survives_the_file(tmp_path: Path) -> None:
    RECORD.write(tmp_path / "run/node.json")
    assert read_record(tmp_path / "run/node.json") == RECORD


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}', "null"])
def test_half_a_record_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "node.json").write_text(content)
    assert read_record(tmp_path / "node.json") is None
    assert read_record(tmp_path / "absent.json") is None


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(["sleep", "60"])
    yield process
    process.kill()
    process.wait()


def test_ends_only_the_very_process(sleeper: subprocess.Popen[bytes]) -> None:
    record = record_of(sleeper.pid, marker="sleep")
    assert not end(replace(record, start_ticks=record.start_ticks - 1), signal.SIGKILL)
    assert sleeper.poll() is None
    assert end(record, signal.SIGKILL)
    assert wait_until_gone(record, timeout_s=30)


def test_waiting_has_an_end(sleeper: subprocess.Popen[bytes]) -> None:
    assert not wait_until_gone(record_of(sleeper.pid, marker="sleep"), timeout_s=0.1)


def test_own_start_is_known_and_an_absent_process_has_none() -> None:
    assert start_ticks(os.getpid())
    assert start_ticks(2**22 + 1) is None
    with pytest.raises(ProcessLookupError):
        record_of(2**22 + 1, marker="")
