"""What is decided around mmdebstrap: mirror, filters, accounts, errors, libraries."""

from __future__ import annotations

from pathlib import Path

import pytest

from provisioning.local.errors import LocalError
from provisioning.local.images.bytecode import compile_python, own_series
from provisioning.local.images.elf import is_dynamic, parse_listing
from provisioning.local.images.mirror import Mirror, choose_mirror
from provisioning.local.images.recipe import DebianLayer
from provisioning.local.images.rootfs import path_filters, refusal, remove, set_account

APT = [
    "http://mirror.example/debian/ bookworm",
    "http://mirror.example/debian/ bookworm-updates",
    "http://mirror.example/debian-security/ bookworm-security",
    "https://elsewhere.example/ nodistro",
]


def test_the_machines_own_mirror_is_chosen() -> None:
    mirror = choose_mirror(APT, "bookworm")
    assert mirror == Mirror("http://mirror.example/debian", "http://mirror.example/debian-security")


def test_a_machine_without_security_updates_is_refused() -> None:
    with pytest.raises(LocalError, match="no sources for bookworm and bookworm-security"):
        choose_mirror(APT[:2], "bookworm")


def test_every_source_is_signed_and_old_suites_have_no_updates() -> None:
    mirror = choose_mirror(APT, "bookworm")
    assert len(mirror.sources("bookworm")) == 3
    assert [line.split()[3] for line in mirror.sources("bullseye")] == ["bullseye", "bullseye-security"]
    assert all("signed-by=/usr/share/keyrings/" in line for line in mirror.sources("bullseye"))


@pytest.mark.parametrize(
    ("output", "package"),
    [
        ("Reading…\nE: Version '3.0.2-*' for 'patroni' was not found\n", "patroni"),
        ("E: Unable to locate package odoo-14\n", "odoo-14"),
        (
            "E: Failed to fetch http://m.example/pool/p/python3-gevent_20.9.0-2_amd64.deb  404  Not Found\n",
            "gevent",
        ),
        ("E: The repository 'http://m.example bookworm InRelease' is not signed.", "not signed"),
    ],
)
def test_what_the_mirror_lacks_is_named(output: str, package: str) -> None:
    assert package in (refusal(output) or "")


def test_other_failures_are_not_explained_away() -> None:
    assert refusal("E: mmdebstrap failed to run\n") is None


def test_documentation_goes_but_licences_stay() -> None:
    filters = path_filters(DebianLayer(suite="bookworm", packages=("x",), exclude=("*/big",), cold_seconds=1))
    licences = filters.index("path-include=/usr/share/doc/*/copyright")
    assert filters.index("path-exclude=/usr/share/doc/*") < licences
    assert "path-exclude=*/big" in filters


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\nodoo:x:100:101::/var/lib/odoo:/bin/no\n")
    (tmp_path / "etc/group").write_text("root:x:0:\nodoo:x:101:member\n")
    return tmp_path


def test_an_account_gets_its_number(root: Path) -> None:
    set_account(root, "odoo", 10001)
    assert "odoo:x:10001:10001::/var/lib/odoo:/bin/no\n" in (root / "etc/passwd").read_text()
    assert "odoo:x:10001:member\n" in (root / "etc/group").read_text()
    assert (root / "etc/passwd").read_text().startswith("root:x:0:0:")


def test_an_account_that_no_package_made_is_added(root: Path) -> None:
    set_account(root, "shopfleet", 10002)
    assert (root / "etc/passwd").read_text().splitlines()[-1].startswith("shopfleet:x:10002:10002:")
    assert (root / "etc/group").read_text().splitlines()[-1] == "shopfleet:x:10002:"


def test_removal_stays_inside_and_does_not_follow_links(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "kept").touch()
    (root / "dev").mkdir()
    (root / "dev" / "folder").symlink_to(outside)
    (root / "dev" / "full").mkdir()
    remove(root, ("dev/*", "/etc/group", "not/there"))
    assert list((root / "dev").iterdir()) == []
    assert not (root / "etc/group").exists()
    assert (outside / "kept").exists()


def test_libraries_are_read_from_the_loaders_list() -> None:
    listing = (
        "\tlinux-vdso.so.1 (0x00007efe73ab7000)\n"
        "\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007efe738cd000)\n"
        "\t/lib64/ld-linux-x86-64.so.2 (0x00007efe73ab9000)\n"
    )
    assert list(parse_listing(listing, "x")) == ["/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2"]


def test_a_missing_library_is_named() -> None:
    with pytest.raises(LocalError, match=r"needs libstdc\+\+\.so\.6"):
        list(parse_listing("\tlibstdc++.so.6 => not found\n", "envoy"))


def test_only_programs_with_a_loader_are_dynamic(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\n" + "x" * 100)
    assert not is_dynamic(script)
    assert is_dynamic(Path("/bin/sh").resolve())


def test_our_own_series_is_compiled_without_unpacking_anything(tmp_path: Path) -> None:
    (tmp_path / "opt").mkdir()
    (tmp_path / "opt" / "module.py").write_text("def fail():\n    raise ValueError\n")
    compile_python(own_series(), ["/opt"], tmp_path, below=lambda: pytest.fail("nothing to unpack"))
    (compiled,) = (tmp_path / "opt" / "__pycache__").iterdir()
    content = compiled.read_bytes()
    assert int.from_bytes(content[4:8], "little") == 0b01, "hash-based and unchecked"
    assert b"/opt/module.py" in content
    assert str(tmp_path).encode() not in content
