import base64
from datetime import timedelta

from provisioning.meta import Manifest
from provisioning.platform import material
from provisioning.platform.settings import GatewaySettings, InstallSettings, Part
from tests.unit.platform.conftest import LARGE, NOW, SMALL


def stored(made: material.Material) -> dict[tuple[str, str], dict[str, str]]:
    """As the cluster gives back what was applied."""
    return {
        (secret["metadata"]["namespace"], secret["metadata"]["name"]): {
            key: base64.b64decode(value).decode() for key, value in secret["data"].items()
        }
        for secret in secrets(made)
    }


def secrets(made: material.Material) -> list[Manifest]:
    return [manifest for manifest in made.manifests() if manifest["kind"] == "Secret"]


def test_installing_again_changes_nothing() -> None:
    first = material.ensure(LARGE, {}, NOW)
    second = material.ensure(LARGE, stored(first), NOW + timedelta(days=30))
    assert second.contents == first.contents
    assert second.authority == first.authority


def test_everything_made_is_looked_up_next_time() -> None:
    for settings in (SMALL, LARGE):
        assert set(material.wanted(settings)) == set(material.ensure(settings, {}, NOW).contents)


def test_a_lost_secret_is_made_anew_and_the_others_stay() -> None:
    first = material.ensure(SMALL, {}, NOW)
    lost = ("shopfleet-system", material.ADMIN)
    left = {place: data for place, data in stored(first).items() if place != lost}
    second = material.ensure(SMALL, left, NOW)
    assert {place for place in first.contents if first.contents[place] != second.contents[place]} == {lost}
    assert second.fingerprint(material.ADMIN) != first.fingerprint(material.ADMIN)
    assert second.fingerprint(material.SUPERUSER) == first.fingerprint(material.SUPERUSER)


def test_passwords_differ_and_are_long() -> None:
    made = material.ensure(SMALL, {}, NOW)
    passwords = [data["password"] for data in made.contents.values() if "password" in data]
    assert len(passwords) == len(set(passwords)) == 5
    assert min(map(len, passwords)) >= 32


def test_a_brought_certificate_is_left_alone() -> None:
    settings = InstallSettings(gateway=GatewaySettings(own_certificate=False))
    assert ("shopfleet-system", material.GATEWAY_TLS) not in material.ensure(settings, {}, NOW).contents


def test_the_control_channel_has_an_authority_of_its_own() -> None:
    contents = material.ensure(SMALL, {}, NOW).contents
    platform = contents["shopfleet-system", material.AUTHORITY]["tls.crt"]
    for name in (material.CONTROLLER_TLS, material.PROXY_TLS):
        assert contents["shopfleet-gateway", name]["ca.crt"] != platform


def test_nothing_secret_is_shown() -> None:
    made = material.ensure(SMALL, {}, NOW)
    for data in made.contents.values():
        assert not any(value in repr(made) for key, value in data.items() if key in {"password", "tls.key"})


def test_parts_of_others_get_no_secrets() -> None:
    bare = material.ensure(InstallSettings(parts=(Part.METRICS,)), {}, NOW)
    assert set(bare.contents) == {("shopfleet-system", material.AUTHORITY)}
