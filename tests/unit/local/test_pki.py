from __future__ import annotations

import base64
import datetime as dt
from pathlib import Path

import pytest
import yaml

from provisioning.local.certificates import Leaf
from provisioning.local.kubeconfig import kubeconfig
from provisioning.local.pki import Action, CertificateStatus, ensure_pki, expiries

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
LEAVES = [Leaf("server", "kube-apiserver", addresses=("10.0.0.1", "localhost")), Leaf("admin", "root", "masters")]


def actions(statuses: list[CertificateStatus]) -> dict[str, Action]:
    return {status.name: status.action for status in statuses}


def test_first_run_issues_everything(tmp_path: Path) -> None:
    found = actions(ensure_pki(tmp_path, LEAVES, NOW))
    assert found == dict.fromkeys(("ca", "server", "admin"), Action.ISSUED)
    assert (tmp_path / "service-account.pub").is_file()


def test_second_run_keeps_everything(tmp_path: Path) -> None:
    ensure_pki(tmp_path, LEAVES, NOW)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    found = ensure_pki(tmp_path, LEAVES, NOW + dt.timedelta(days=100))
    assert set(actions(found).values()) == {Action.KEPT}
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_leaves_are_renewed_in_their_last_30_days(tmp_path: Path) -> None:
    ensure_pki(tmp_path, LEAVES, NOW)
    at_334, at_336 = (NOW + dt.timedelta(days=days) for days in (334, 336))
    assert set(actions(ensure_pki(tmp_path, LEAVES, at_334)).values()) == {Action.KEPT}
    found = actions(ensure_pki(tmp_path, LEAVES, at_336))
    assert found == {"ca": Action.KEPT, "server": Action.RENEWED, "admin": Action.RENEWED}


def test_a_new_authority_renews_everything_but_the_service_account_key(tmp_path: Path) -> None:
    ensure_pki(tmp_path, LEAVES, NOW)
    key = (tmp_path / "service-account.key").read_bytes()
    found = actions(ensure_pki(tmp_path, LEAVES, NOW + dt.timedelta(days=3640)))
    assert set(found.values()) == {Action.RENEWED}
    assert (tmp_path / "service-account.key").read_bytes() == key


def test_another_address_renews_that_certificate_only(tmp_path: Path) -> None:
    ensure_pki(tmp_path, LEAVES, NOW)
    moved = [Leaf("server", "kube-apiserver", addresses=("10.0.0.2", "localhost")), LEAVES[1]]
    found = actions(ensure_pki(tmp_path, moved, NOW))
    assert found == {"ca": Action.KEPT, "server": Action.RENEWED, "admin": Action.KEPT}


@pytest.mark.parametrize("damage", [b"", b"not a key"])
def test_a_damaged_pair_is_issued_again(tmp_path: Path, damage: bytes) -> None:
    ensure_pki(tmp_path, LEAVES, NOW)
    (tmp_path / "admin.key").write_bytes(damage)
    assert actions(ensure_pki(tmp_path, LEAVES, NOW))["admin"] is Action.ISSUED


def test_keys_are_private(tmp_path: Path) -> None:
    ensure_pki(tmp_path, LEAVES, NOW)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_expiries_count_from_now(tmp_path: Path) -> None:
    ensure_pki(tmp_path, LEAVES, NOW)
    left = expiries(tmp_path, NOW + dt.timedelta(days=5))
    assert left == {
        "admin": dt.timedelta(days=360),
        "ca": dt.timedelta(days=3645),
        "server": dt.timedelta(days=360),
    }


def test_kubeconfig_stands_alone(tmp_path: Path) -> None:
    ensure_pki(tmp_path, LEAVES, NOW)
    config = yaml.safe_load(kubeconfig(tmp_path, "admin", "https://10.0.0.1:6443", "demo"))
    user, cluster = config["users"][0]["user"], config["clusters"][0]["cluster"]
    assert cluster["server"] == "https://10.0.0.1:6443"
    assert base64.b64decode(cluster["certificate-authority-data"]) == (tmp_path / "ca.crt").read_bytes()
    assert base64.b64decode(user["client-key-data"]) == (tmp_path / "admin.key").read_bytes()
    assert config["current-context"] == config["contexts"][0]["name"] == "shopfleet-demo"
