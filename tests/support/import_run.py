"""An import as the platform makes it: files into the image's command, and what it answers."""

import json
import os
import resource
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from controller.core.importing import End, Event, Line, Order, event, message
from tests.support.odoo_process import ROOT, OdooProcess
from tests.support.odoo_tenant import LOGIN, OdooTenant

INSIDE = ROOT / "tests/odoo/inside/imports.py"
# Seconds.
STEP_TIMEOUT = 600
IMPORT_TIMEOUT = 1800

Files = Mapping[str, bytes]


class Importing:
    """One shop and what the platform's side of an import does with it."""

    def __init__(self, shop: OdooTenant) -> None:
        self.shop = shop
        self._answers = shop.folder / "answers"

    def start(self, files: Files, order: Order | None = None) -> OdooProcess:
        (self.shop.folder / "order").write_bytes(message(files, order or Order(login=LOGIN)))
        words = "exec /opt/shopfleet/bin/odoo-tenant retailimport < /tenant/order > /tenant/answers"
        return self.shop.run_program(["sh", "-c", words], "import")

    def events(self) -> list[Event]:
        return [said for line in self._answers.read_text().splitlines() if (said := event(line)) is not None]

    def run(self, files: Files, order: Order | None = None) -> tuple[list[Line], End]:
        process = self.start(files, order)
        assert process.wait(IMPORT_TIMEOUT) == 0, process.log.read_text()[-3000:]
        events = self.events()
        end = events[-1]
        assert isinstance(end, End)
        return [each for each in events if isinstance(each, Line)], end

    def step(self, name: str, **environment: str) -> Any:
        shutil.copy(INSIDE, self.shop.folder)
        shell = ["sh", "-c", "exec /opt/shopfleet/bin/odoo-tenant shell < /tenant/imports.py"]
        found = self.shop.folder / "found.json"
        found.unlink(missing_ok=True)
        process = self.shop.run_program(shell, name, STEP=name, **environment)
        assert process.wait(STEP_TIMEOUT) == 0 and found.exists(), process.log.read_text()[-3000:]
        return json.loads(found.read_text())

    def approve(self, login: str) -> int:
        """As this person in the shop does it; how many lines there are to do."""
        return int(self.step("approve", LOGIN=login))

    def value(self, query: str) -> Any:
        with self.shop.connect() as connection:
            row = connection.execute(query).fetchone()
            return row[0] if row else None

    def cpu_seconds(self) -> float:
        """What programs and sessions of the database have used that have ended, whatever else the machine does."""
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        server = (self.shop.server.folder / "data/postmaster.pid").read_text().split()[0]
        fields = Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()
        of_sessions = (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")
        return ended.ru_utime + ended.ru_stime + of_sessions

    def applied(self) -> int:
        return int(self.value("SELECT count(*) FROM retail_import_line WHERE outcome IS NOT NULL"))
