"""Derived names fit everywhere, say one thing only, and never meet."""

import re

from hypothesis import given
from hypothesis import strategies as st

from provisioning.names import (
    ID_PATTERN,
    LIMIT,
    TemplateNames,
    TenantNames,
    job_name,
    new_tenant_id,
    partner_namespace,
    partner_of,
    suffixed,
    tenant_id_from_uid,
)
from provisioning.partner import Partner

DNS_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# What PostgreSQL takes without quotes, so that a forgotten quote is no hole.
IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]*")

ids = st.from_regex(ID_PATTERN, fullmatch=True)
digests = st.text("0123456789abcdef", min_size=64, max_size=64)
procedures = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", fullmatch=True)
steps = st.from_regex(r"[a-z]([a-z-]{0,28}[a-z])?", fullmatch=True)


@given(ids)
def test_a_tenants_names_fit(tenant_id: str) -> None:
    names = TenantNames(tenant_id)
    assert DNS_LABEL.fullmatch(names.namespace)
    assert len(names.namespace) <= LIMIT
    assert IDENTIFIER.fullmatch(names.database)
    assert len(names.database.encode()) <= LIMIT
    assert names.role == names.database


@given(ids, ids)
def test_two_tenants_share_no_name(one: str, other: str) -> None:
    first, second = TenantNames(one), TenantNames(other)
    same = one == other
    assert (first.namespace == second.namespace) == same
    assert (first.database == second.database) == same
    # Neither prefix lies inside the other, or one tenant's backups would be listed with another's.
    assert first.backup_prefix.startswith(second.backup_prefix) == same


@given(digests, digests)
def test_a_templates_names_fit_and_are_no_tenants(release: str, variant: str) -> None:
    names = TemplateNames(release, variant)
    for identifier in (names.database, names.owner, names.building):
        assert IDENTIFIER.fullmatch(identifier)
        assert len(identifier.encode()) <= LIMIT
        assert not re.fullmatch(r"t_[a-z][a-z0-9]{9}", identifier)
    assert names.database != names.owner
    assert DNS_LABEL.fullmatch(names.procedure)


@given(st.text(min_size=1))
def test_the_id_from_a_uid_is_valid_and_stays(uid: str) -> None:
    assert re.fullmatch(ID_PATTERN, tenant_id_from_uid(uid))
    assert tenant_id_from_uid(uid) == tenant_id_from_uid(uid)


@given(st.sets(st.uuids(), min_size=2, max_size=50))
def test_ids_from_different_uids_differ(uids: set[object]) -> None:
    assert len({tenant_id_from_uid(str(uid)) for uid in uids}) == len(uids)


def test_fresh_ids_are_valid_and_differ() -> None:
    fresh = {new_tenant_id() for _ in range(1000)}
    assert len(fresh) == 1000
    assert all(re.fullmatch(ID_PATTERN, one) for one in fresh)


@given(procedures, steps)
def test_a_job_name_fits_a_label_and_stays(procedure: str, step: str) -> None:
    assert DNS_LABEL.fullmatch(job_name(procedure, step))
    assert job_name(procedure, step) == job_name(procedure, step)


@given(st.sets(st.tuples(procedures, steps), min_size=2, max_size=20))
def test_different_steps_have_different_jobs(pairs: set[tuple[str, str]]) -> None:
    assert len({job_name(*pair) for pair in pairs}) == len(pairs)


def test_a_dash_in_either_part_makes_another_job() -> None:
    assert job_name("a-b", "c") != job_name("a", "b-c")
    assert job_name("a", "b-c") != job_name("b-a", "c")


@given(st.from_regex(Partner.NAME_PATTERN, fullmatch=True).filter(lambda name: "\n" not in name))
def test_a_partners_namespace_fits_and_leads_back(name: str) -> None:
    assert DNS_LABEL.fullmatch(partner_namespace(name))
    assert len(partner_namespace(name)) <= LIMIT
    assert partner_of(partner_namespace(name)) == name


def test_a_foreign_namespace_is_no_partners() -> None:
    assert partner_of("default") is None


@given(st.text(), st.text())
def test_a_suffix_changes_with_the_content_alone(one: str, other: str) -> None:
    assert (suffixed("web", one) == suffixed("web", other)) == (one == other)
