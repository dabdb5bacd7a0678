"""A tenant outside any cluster: its database, files and configuration, and the processes of its pods."""

import os
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from provisioning.odoo_conf import OdooConfInput, ServiceFileInput, odoo_conf, service_file
from provisioning.personalise import TABLES_QUERY, Personality, personalise
from provisioning.series import series_of
from tests.support.odoo_process import UID, OdooProcess, OdooRoot
from tests.support.servers.postgres import PostgresServer
from tests.support.servers.processes import free_port

SERIES = series_of("14.0")
LOGIN = "ines@rua.example"
PASSWORD = "a first password"


@dataclass(frozen=True)
class OdooTenant:
    """`database` is also the role's name; `folder` is /tenant inside Odoo's root."""

    server: PostgresServer
    root: OdooRoot
    database: str
    role_password: str
    ports: Mapping[str, int]

    @property
    def folder(self) -> Path:
        return self.root.folder

    @property
    def sessions(self) -> set[str]:
        """Names of the session files."""
        return {path.name for path in (self.folder / "data" / "sessions").glob("*")}

    def connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        """As the tenant's own role."""
        return self.server.connect_as(self.database, self.role_password, self.database)

    def run(self, *argv: str, **environment: str) -> OdooProcess:
        """Start `odoo-tenant` with these arguments."""
        name = argv[0].partition("=")[0]
        return self.run_program(["/opt/shopfleet/bin/odoo-tenant", *argv], name, **environment)

    def run_program(self, argv: list[str], name: str, **environment: str) -> OdooProcess:
        """Start a program of the image with this tenant's configuration; `name` is its log's."""
        values = {
            "ODOO_RC": "/tenant/odoo.conf",
            "PGSERVICEFILE": "/tenant/pg_service.conf",
            "PGSERVICE": "tenant",
            "PLATFORM_HEALTH_PORT": str(self.ports["health"]),
            **environment,
        }
        return self.root.start(argv, values, self.folder / f"{name}.log", self.ports)

    def write_configuration(self) -> None:
        """odoo.conf and libpq's service file, by the platform's own builders."""
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        shutil.copy(self.server.ca_file, self.folder / "ca.crt")
        conf = OdooConfInput(
            series=SERIES,
            database=self.database,
            master_password="unguessable",
            workers=2,
            data_dir="/tenant/data",
            http_port=self.ports["http"],
            push_port=self.ports["push"],
        )
        service = ServiceFileInput(
            host="localhost",
            port=self.server.port,
            database=self.database,
            user=self.database,
            password=self.role_password,
            root_certificate="/tenant/ca.crt",
        )
        (self.folder / "odoo.conf").write_text(odoo_conf(conf))
        (self.folder / "pg_service.conf").write_text(service_file(service))
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, UID, UID)


def new_ports() -> dict[str, int]:
    return {name: free_port() for name in ("http", "push", "health")}


def personality(company: str) -> Personality:
    return Personality(
        company=company,
        url="https://rua.shops.localhost",
        report_url="http://web:8069",
        time_zone="Europe/Lisbon",
        admin_login=LOGIN,
        admin_password=PASSWORD,
        uuid=str(uuid.uuid4()),
        secret=str(uuid.uuid4()),
        salt=os.urandom(16),
    )


def make_its_own(connection: psycopg.Connection[Any], company: str) -> None:
    """Personalise a fresh copy of the template in one transaction."""
    tables = {row[0] for row in connection.execute(TABLES_QUERY)}
    with connection.transaction():
        for statement in personalise(SERIES, personality(company), tables):
            connection.execute(statement.sql, statement.params)
