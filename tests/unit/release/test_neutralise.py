"""Packs, statements, the verdict and the look for leftovers; no database."""

import pytest

from provisioning.personalise import Statement
from provisioning.series import series_of
from release.neutralise.leftovers import Leftover, in_columns, in_parameters
from release.neutralise.neutralise import CloneIdentity, neutralise
from release.neutralise.packs import BrokenPackError, NoPacksError, harmless, packs, parse
from release.neutralise.proof import checks, prove

V14 = series_of("14.0")
CLONE = CloneIdentity(url="https://staging.shops.localhost", uuid="u", secret="s3cret")
INSTALLED = frozenset({"base", "mail", "payment", "payment_stripe", "sale"})


def clean(installed: frozenset[str]) -> dict[object, list[object]]:
    return {check: [] for check in checks(V14, installed)}


def test_every_pack_of_every_series_reads() -> None:
    assert len(packs(V14)) > 40
    assert {"base", "mail", "payment", "point_of_sale"} <= packs(series_of("17.0")).keys()


def test_every_pack_but_the_bus_proves_what_it_does() -> None:
    unproven = {module for module, pack in packs(V14).items() if pack.statements and not pack.checks}
    # Channels and presence are read again from nothing; a row there harms nobody.
    assert unproven == {"bus"}


def test_a_module_is_either_packed_or_harmless() -> None:
    assert not packs(V14).keys() & harmless(V14)


def test_base_comes_first_and_only_installed_modules_follow() -> None:
    statements = neutralise(V14, INSTALLED, CLONE)
    assert statements[0].sql.startswith("UPDATE ir_mail_server")
    text = " ".join(s.sql for s in statements)
    assert "stripe_secret_key" in text
    assert "fetchmail_server" not in text


def test_the_clone_gets_its_own_identity_last() -> None:
    statements = neutralise(V14, INSTALLED, CLONE)
    assert [s.params for s in statements[-4:]] == [
        ("database.uuid", "u"),
        ("database.secret", "s3cret"),
        ("web.base.url", CLONE.url),
        ("web.base.url.freeze", "True"),
    ]
    assert all(isinstance(s, Statement) and s.sql.count("%s") == len(s.params) for s in statements)
    assert CLONE.secret not in repr(CLONE)


def test_a_series_nobody_wrote_packs_for_is_refused() -> None:
    with pytest.raises(NoPacksError, match=r"15\.0 has no neutralising packs"):
        neutralise(series_of("15.0"), INSTALLED, CLONE)
    with pytest.raises(NoPacksError):
        prove(series_of("15.0"), INSTALLED, {}, ())


def test_from_16_only_the_gaps_are_ours() -> None:
    text = " ".join(s.sql for s in neutralise(series_of("16.0"), INSTALLED, CLONE))
    assert "payment_acquirer" not in text
    assert "UPDATE payment_token" in text


def test_empty_answers_everywhere_prove_it() -> None:
    proof = prove(V14, INSTALLED, clean(INSTALLED), ())
    assert proof.harmless
    assert proof.reasons == ()


def test_a_row_is_a_reason_with_the_packs_own_words() -> None:
    answers = clean(INSTALLED)
    [check] = [c for c in answers if c.meaning == "a payment acquirer takes real money"]
    answers[check] = ["Stripe"]
    proof = prove(V14, INSTALLED, answers, ())
    assert not proof.harmless
    assert proof.reasons == ("payment: a payment acquirer takes real money (1 found)",)


def test_a_query_that_failed_or_was_never_run_proves_nothing() -> None:
    answers = clean(INSTALLED)
    first, second, *_ = answers
    answers[first] = None
    del answers[second]
    reasons = prove(V14, INSTALLED, answers, ()).reasons
    assert [reason.split(": ")[1].startswith("not known whether") for reason in reasons] == [True, True]


def test_a_module_nobody_read_is_a_reason() -> None:
    installed = INSTALLED | {"connector_marketplace", "l10n_it_edi"}
    reasons = prove(V14, installed, clean(installed), ()).reasons
    assert [reason.split()[1] for reason in reasons] == ["connector_marketplace", "l10n_it_edi"]


def test_an_empty_list_of_modules_is_a_failed_read() -> None:
    assert "module" in prove(V14, frozenset(), {}, ()).reasons[0]


def test_leftovers_are_reasons() -> None:
    proof = prove(V14, INSTALLED, clean(INSTALLED), [Leftover("parameter x", "looks like a credential")])
    assert proof.reasons == ("parameter x looks like a credential",)


def test_parameters_with_outside_addresses_or_credentials_are_leftovers_without_their_values() -> None:
    rows = [
        ("web.base.url", CLONE.url),
        ("report.url", "http://web:8069"),
        ("sms.endpoint", "http://127.0.0.1:9"),
        ("database.secret", "x"),
        ("erp.webhook", "https://hooks.example/abc"),
        ("shipping_api_key", "k-123456"),
        ("empty.secret", ""),
        ("accepted.url", "https://fine.example"),
    ]
    found = list(in_parameters(rows, CLONE.url, accepted={"accepted.url"}))
    assert [item.place for item in found] == ["parameter erp.webhook", "parameter shipping_api_key"]
    assert "k-123456" not in " ".join(map(str, found))


def test_columns_with_credentials_are_leftovers() -> None:
    found = list(in_columns(["res_users.password", "carrier.api_key", "old.secret"], accepted={"old.secret"}))
    assert [item.place for item in found] == ["column carrier.api_key"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("UPDATE a SET b = 1", "semicolon"),
        ("SELECT 1 WHERE 'a' LIKE 'b%';", "per cent"),
        ("-- proof: something\nUPDATE a SET b = 1;", "not a SELECT"),
    ],
)
def test_a_malformed_pack_is_refused(text: str, problem: str) -> None:
    with pytest.raises(BrokenPackError, match=problem):
        parse("module", text)
