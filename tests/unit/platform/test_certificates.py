from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from provisioning.platform.certificates import (
    LEAF_LIFETIME,
    RENEW_BEFORE,
    Leaf,
    Pair,
    ensure_authority,
    ensure_leaves,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SHOPS = Leaf("gateway-tls", ("*.shops.localhost", "shops.localhost"))


def issue(leaf: Leaf = SHOPS) -> tuple[Pair, Pair]:
    authority = ensure_authority(None, "test-ca", NOW)
    return authority, ensure_leaves({}, (leaf,), authority, NOW)[leaf.name]


def verify(pair: Pair, authority: Pair, name: str) -> None:
    """As a careful TLS client does."""
    trusted = x509.load_pem_x509_certificate(authority.certificate.encode())
    leaf = x509.load_pem_x509_certificate(pair.certificate.encode())
    PolicyBuilder().store(Store([trusted])).time(NOW).build_server_verifier(x509.DNSName(name)).verify(leaf, [])


def test_a_client_accepts_the_certificate_for_its_names_only() -> None:
    authority, pair = issue()
    verify(pair, authority, "northlight.shops.localhost")
    with pytest.raises(VerificationError):
        verify(pair, authority, "northlight.elsewhere.localhost")


def test_a_client_refuses_the_certificate_of_another_authority() -> None:
    _, pair = issue()
    with pytest.raises(VerificationError):
        verify(pair, ensure_authority(None, "test-ca", NOW), "northlight.shops.localhost")


def test_good_pairs_are_kept() -> None:
    authority, pair = issue()
    later = NOW + timedelta(days=100)
    assert ensure_authority(authority, "test-ca", later) is authority
    assert ensure_leaves({SHOPS.name: pair}, (SHOPS,), authority, later)[SHOPS.name] is pair


@pytest.mark.parametrize(
    ("leaf", "later"),
    [
        pytest.param(SHOPS, LEAF_LIFETIME - RENEW_BEFORE, id="about to expire"),
        pytest.param(Leaf(SHOPS.name, ("*.shops.example.com",)), timedelta(0), id="other names"),
    ],
)
def test_other_pairs_are_renewed(leaf: Leaf, later: timedelta) -> None:
    authority, pair = issue()
    assert ensure_leaves({SHOPS.name: pair}, (leaf,), authority, NOW + later)[leaf.name] != pair


def test_a_new_authority_makes_every_leaf_new() -> None:
    _, pair = issue()
    other = ensure_authority(None, "test-ca", NOW)
    renewed = ensure_leaves({SHOPS.name: pair}, (SHOPS,), other, NOW)[SHOPS.name]
    assert renewed != pair
    verify(renewed, other, "northlight.shops.localhost")


def test_a_key_is_not_shown() -> None:
    _, pair = issue()
    assert "PRIVATE" not in repr(pair)
