"""Statements that make a copy of a template one tenant's own."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.passwords import accepts, odoo_password_hash
from provisioning.personalise import Personality, Statement, personalise, rename, rotate_password
from provisioning.series import SERIES, series_of

WHO = Personality(
    company="Atelier Rua",
    url="https://rua.shops.localhost",
    report_url="http://web:8069",
    time_zone="Europe/Lisbon",
    admin_login="ines@rua.example",
    admin_password="correct horse",
    uuid="11111111-2222-3333-4444-555555555555",
    secret="the-signing-key",
    salt=bytes(range(16)),
)
TABLES = frozenset({"res_users_apikeys", "bus_bus", "bus_presence", "mail_mail", "website", "resource_calendar"})


def written(statements: tuple[Statement, ...], key: str) -> object:
    """The value a parameter ends up with."""
    return [
        s.params[1]
        for s in statements
        if s.sql.startswith("INSERT INTO ir_config_parameter") and s.params[0] == key
    ][-1]


@pytest.mark.parametrize("name", SERIES)
def test_identity_address_and_storage(name: str) -> None:
    statements = personalise(series_of(name), WHO, TABLES)
    assert written(statements, "database.uuid") == WHO.uuid
    assert written(statements, "database.secret") == WHO.secret
    assert written(statements, "web.base.url") == WHO.url
    assert written(statements, "web.base.url.freeze") == "True"
    assert written(statements, "report.url") == WHO.report_url
    assert Statement("DELETE FROM ir_config_parameter WHERE key = %s", ("ir_attachment.location",)) in statements


def test_processes_that_run_already_forget_what_was_before() -> None:
    """As the last of all, in the same transaction."""
    assert "nextval" in personalise(series_of("14.0"), WHO, TABLES)[-1].sql
    assert not [each for each in rotate_password(series_of("14.0"), "x", "y", WHO.salt) if "nextval" in each.sql]


@pytest.mark.parametrize("name", SERIES)
def test_placeholders_match_their_values(name: str) -> None:
    series = series_of(name)
    for statement in (
        *personalise(series, WHO, TABLES),
        *rename(series, "New", "https://new.example", TABLES),
        *rotate_password(series, "x", "y", WHO.salt),
    ):
        assert statement.sql.count("%s") == len(statement.params)


@given(st.text(min_size=1), st.text(min_size=1))
def test_values_never_become_sql(company: str, login: str) -> None:
    plain = personalise(series_of("14.0"), replace(WHO, admin_login="admin"), TABLES)
    hostile = personalise(
        series_of("14.0"), replace(WHO, company=company, admin_login=login.replace("@", "")), TABLES
    )
    assert [s.sql for s in hostile] == [s.sql for s in plain]


def test_only_tables_that_exist_are_touched() -> None:
    text = " ".join(s.sql for s in personalise(series_of("14.0"), WHO, frozenset()))
    for table in TABLES:
        assert f" {table}" not in text.replace("ir_config_parameter", "")


def test_presence_moved_in_19() -> None:
    tables = frozenset({"bus_presence", "mail_presence"})
    assert Statement("DELETE FROM mail_presence") in personalise(series_of("19.0"), WHO, tables)
    assert Statement("DELETE FROM bus_presence") in personalise(series_of("18.0"), WHO, tables)


def test_secrets_are_not_shown() -> None:
    for secret in (WHO.admin_password, WHO.secret):
        assert secret not in repr(WHO)


def test_the_hash_is_passlibs_format() -> None:
    # Made by passlib 1.7.4: pbkdf2_sha512.using(rounds=25000, salt=bytes(range(16))).hash("correct horse")
    expected = (
        "$pbkdf2-sha512$25000$AAECAwQFBgcICQoLDA0ODw$"
        "no0pQATH8VKOEmBWJw50YZrk2tmzRj9Ae6xEw1vLLehsKeOPWOMVonpc79bKsUZLnXvPrnJcFkEt9hwlEgxdKw"
    )
    assert odoo_password_hash("correct horse", bytes(range(16)), 25_000) == expected
    assert accepts(expected, "correct horse")
    assert not accepts(expected, "battery staple")


@pytest.mark.parametrize(
    "stored", [None, "", "plain text", "$5$rounds=5000$salt$hash", "$pbkdf2-sha512$x$c2FsdA$y"]
)
def test_another_hash_takes_no_password(stored: str | None) -> None:
    assert not accepts(stored, "plain text")


def test_a_weak_hash_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        odoo_password_hash("", bytes(16), 1000)
    with pytest.raises(ValueError, match="16 bytes"):
        odoo_password_hash("x", b"short", 1000)
