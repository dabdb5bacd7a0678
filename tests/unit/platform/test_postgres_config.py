"""PostgreSQL and Patroni: sizes that hold, timings that fit each other, a door that only opens inwards."""

import pytest

from provisioning.meta import Manifest
from provisioning.platform import database, database_setup, material
from provisioning.platform import postgres_config as config
from provisioning.platform.settings import DatabaseSettings, InstallSettings
from tests.unit.platform.conftest import IMAGES, NOW, SMALL, find


@pytest.mark.parametrize("connections", [50, 100, 300, 1000, 5000])
def test_the_lock_table_holds_twenty_clones_and_as_much_again(connections: int) -> None:
    places = config.locks_per_transaction(connections) * connections
    assert places >= 2 * 20 * 2_763


def test_patroni_can_renew_its_claim_within_the_ttl() -> None:
    # Patroni refuses a ttl below loop_wait + 2 * retry_timeout.
    assert config.TTL >= config.LOOP_WAIT + 2 * config.RETRY_TIMEOUT


def test_the_kubelet_is_slower_than_patroni() -> None:
    assert database.LIVENESS_FAILURES * database.LIVENESS_PERIOD > 2 * config.TTL


@pytest.mark.parametrize("members", [1, 2, 3])
def test_commits_wait_for_a_standby_when_there_is_one(members: int) -> None:
    settings = InstallSettings(database=DatabaseSettings(members=members))
    assert config.patroni(settings)["bootstrap"]["dcs"]["synchronous_mode"] is True
    assert config.patroni(settings)["bootstrap"]["dcs"]["failsafe_mode"] is True


def test_what_members_agree_on_is_changed_without_new_pods() -> None:
    def template(connections: int) -> Manifest:
        settings = InstallSettings(database=DatabaseSettings(max_connections=connections, memory="4Gi"))
        manifests = database.manifests(settings, IMAGES, material.Material("", {}))
        found: Manifest = find(manifests, "StatefulSet", "postgres")["spec"]["template"]
        return found

    def job(connections: int) -> str:
        settings = InstallSettings(database=DatabaseSettings(max_connections=connections, memory="4Gi"))
        return database_setup.job_name(settings, IMAGES, material.Material("", {}))

    assert template(100) == template(500)
    assert job(100) == job(100) != job(500)


def test_what_members_must_agree_on_is_not_set_by_each_for_itself() -> None:
    shared = config.patroni(InstallSettings())["bootstrap"]["dcs"]["postgresql"]["parameters"]
    assert not shared.keys() & config.parameters(DatabaseSettings()).keys()


def test_only_a_throwaway_server_does_not_wait_for_the_disk() -> None:
    assert config.parameters(DatabaseSettings())["fsync"] == "on"
    assert config.parameters(DatabaseSettings(durable=False))["fsync"] == "off"


def test_memory_is_shared_by_a_quarter() -> None:
    assert config.parameters(DatabaseSettings(memory="16Gi"))["shared_buffers"] == "4096MB"


def test_nobody_comes_in_without_tls_and_a_password() -> None:
    rules = [line.split() for line in config.host_based_access("10.244.0.0/16")]
    assert rules[:2] == [
        ["local", "all", "postgres", "peer"],
        ["local", "replication", "standby", "scram-sha-256"],
    ]
    for rule in rules[2:]:
        assert rule[0] == "hostssl"
        assert rule[3] == "10.244.0.0/16"
        assert rule[4] == "scram-sha-256"


def test_whoever_is_not_named_gets_into_their_own_database_only() -> None:
    rules = [line.split() for line in config.host_based_access("10.244.0.0/16")]
    assert [rule[1] for rule in rules if rule[2] == "all"] == ["samerole"]
    named = {"postgres", "shopfleet_admin", "shopfleet_monitor"}
    assert {rule[2] for rule in rules if rule[1] == "all"} == named


def test_logs_hold_no_statement() -> None:
    parameters = config.parameters(DatabaseSettings())
    assert parameters["log_statement"] == "none"
    assert parameters["log_min_duration_statement"] == -1
    assert parameters["log_min_error_statement"] == "panic"


def test_the_admin_is_no_superuser_and_nobody_else_enters_the_servers_own_databases() -> None:
    assert "CREATEDB CREATEROLE NOSUPERUSER NOREPLICATION NOBYPASSRLS" in database_setup.SQL
    assert "REVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1, shopfleet FROM PUBLIC" in database_setup.SQL


def test_members_can_see_each_other() -> None:
    state = config.patroni(SMALL)["kubernetes"]
    wanted = {**state["labels"], state["scope_label"]: config.patroni(SMALL)["scope"]}
    stateful_set = find(
        database.manifests(SMALL, IMAGES, material.ensure(SMALL, {}, NOW)), "StatefulSet", "postgres"
    )
    assert wanted.items() <= stateful_set["spec"]["template"]["metadata"]["labels"].items()
