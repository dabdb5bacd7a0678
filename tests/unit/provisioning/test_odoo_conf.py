"""odoo.conf and libpq's service file, read back by the parsers that read them for real."""

import configparser
import re
from dataclasses import replace

import pytest

from provisioning.odoo_conf import (
    MEBIBYTE,
    ConfigValueError,
    OdooConfInput,
    ServiceFileInput,
    limits_for,
    odoo_conf,
    service_file,
)
from provisioning.series import SERIES, series_of

CONF = OdooConfInput(series=series_of("14.0"), database="t_a123456789", master_password="p%a$s#w;d", workers=2)
SERVICE = ServiceFileInput(
    host="postgres.example", port=5432, database="t_a123456789", user="t_a123456789", password="s3cret=#"
)


def options(wanted: OdooConfInput) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    parser.read_string(odoo_conf(wanted))
    return dict(parser["options"])


@pytest.mark.parametrize("name", SERIES)
def test_every_series_has_its_push_port_option(name: str) -> None:
    parsed = options(replace(CONF, series=series_of(name)))
    assert parsed[series_of(name).push_port_option] == "8072"
    assert ("longpolling_port" in parsed) == (name in ("14.0", "15.0"))
    assert ("db_maxconn_gevent" in parsed) == (name in ("17.0", "18.0", "19.0"))


def test_the_filter_lets_exactly_one_database_through() -> None:
    pattern = options(CONF)["dbfilter"]
    assert re.match(pattern, "t_a123456789")
    assert not re.match(pattern, "t_a123456789_staging")
    assert not re.match(pattern, "x_t_a123456789")


def test_databases_cannot_be_listed_and_the_master_password_is_kept_as_it_is() -> None:
    parsed = options(CONF)
    assert parsed["list_db"] == "False"
    assert parsed["admin_passwd"] == CONF.master_password
    assert parsed["proxy_mode"] == "True"


def test_neither_host_nor_role_nor_password_is_in_odoo_conf() -> None:
    assert not {"db_host", "db_port", "db_user", "db_password"} & set(options(CONF))


def test_secrets_are_not_shown() -> None:
    assert CONF.master_password not in repr(CONF)
    assert SERVICE.password not in repr(SERVICE)


@pytest.mark.parametrize("value", ["x\nlist_db = True", "x\ry", " x", "x "])
def test_a_value_cannot_leave_its_line(value: str) -> None:
    with pytest.raises(ConfigValueError, match="master_password"):
        odoo_conf(replace(CONF, master_password=value))
    with pytest.raises(ConfigValueError, match="password"):
        service_file(replace(SERVICE, password=value))


def test_the_service_file_bounds_every_wait() -> None:
    parser = configparser.RawConfigParser()
    parser.read_string(service_file(replace(SERVICE, root_certificate="/etc/ca.crt")))
    section = parser["tenant"]
    assert section["target_session_attrs"] == "read-write"
    assert section["connect_timeout"] == "5"
    assert section["tcp_user_timeout"] == "15000"
    assert section["keepalives"] == "1"
    assert section["password"] == "s3cret=#"
    assert section["sslrootcert"] == "/etc/ca.crt"
    assert "sslrootcert" not in service_file(SERVICE)


def test_a_line_too_long_for_libpq_is_refused() -> None:
    with pytest.raises(ConfigValueError, match="host"):
        service_file(replace(SERVICE, host="h" * 250))


def test_the_hard_limit_leaves_room_for_the_report_renderer() -> None:
    small = limits_for(512 * MEBIBYTE)
    assert small.memory_hard == 2560 * MEBIBYTE
    assert small.memory_soft == 640 * MEBIBYTE
    large = limits_for(8192 * MEBIBYTE)
    assert large.memory_soft == 4096 * MEBIBYTE
    assert large.memory_hard == 8192 * MEBIBYTE
