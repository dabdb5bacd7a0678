"""A shop whose database goes away and comes back, in every way that a leader can: nobody is logged out, nothing is
served without it, and nothing is done twice."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from tests.odoo.conftest import GROUND, copy_of, lay_ground, shared_folder
from tests.support.eventually import eventually
from tests.support.odoo_process import OdooProcess, OdooRoot, children, woken
from tests.support.odoo_tenant import OdooTenant
from tests.support.servers.postgres_pair import PostgresPair, postgres_pair
from tests.support.servers.processes import free_port
from tests.support.shop_people import Cashier, Clerk, Person, Poller, Visitor

# Seconds; the first test also lays the ground and makes the servers.
pytestmark = pytest.mark.timeout(5400)

INSTALL_TIMEOUT = 1500
# Seconds until a wait without an answer is looked into; ten in a shop.
SILENCE = 3
# Seconds that a request waits for a leader; five in a shop, in which a slow machine may not even connect.
LEADER_PATIENCE = 20
# Seconds after which Odoo's bus lets a poller look by itself, told of news or not.
UNWOKEN = 50
# Seconds in which requests go to a shop without a database.
OUTAGE = 6
# Pages and calls that all need the database; two people at once is as many as there are workers.
PAGES = ("/web", "/web/login", "/shop", "/", "/web/database/selector", "/nowhere", "/web/content/1")
AT_ONCE = 2


@dataclass
class Town:
    """A shop and its people, all of whom have begun something."""

    shop: OdooTenant
    pair: PostgresPair
    web: OdooProcess
    push: OdooProcess
    clerk: Clerk
    cashier: Cashier
    visitor: Visitor

    @property
    def people(self) -> tuple[Person, ...]:
        return (self.clerk, self.cashier, self.visitor)

    def sessions(self) -> dict[str, bytes]:
        """What is kept of everybody's session."""
        folder = self.shop.folder / "data/sessions"
        return {path.name: path.read_bytes() for path in folder.glob("*.sess")}


@pytest.fixture(scope="module")
def pair() -> Iterator[PostgresPair]:
    with postgres_pair() as pair:
        yield pair


@pytest.fixture(scope="module")
def shop(pair: PostgresPair, odoo_rootfs: Path, tmp_path_factory: pytest.TempPathFactory) -> OdooTenant:
    root = OdooRoot(odoo_rootfs, shared_folder(tmp_path_factory))
    lay_ground(pair.leader.server, root)
    copied = copy_of(pair.leader.server, root, GROUND, "switched00", "Northlight")
    tenant = replace(copied, server=pair.server)
    tenant.write_configuration()
    install = tenant.run("--init=retail_till", "--stop-after-init", "--workers=0")
    assert install.wait(INSTALL_TIMEOUT) == 0, install.log.read_text()[-3000:]
    return tenant


@pytest.fixture(scope="module")
def town(shop: OdooTenant, pair: PostgresPair) -> Iterator[Town]:
    waits = {
        "PLATFORM_DB_SILENCE_SECONDS": str(SILENCE),
        "PLATFORM_DB_PATIENCE_SECONDS": str(LEADER_PATIENCE),
    }
    web, push = shop.run("web", **waits), shop.run("gevent", **waits)
    try:
        web.until("http", "/web/login", timeout=240)
        push.until("push", "/platform/health")
        clerk, visitor = Clerk(shop), Visitor(shop)
        product = clerk.make_product("Lamp")
        visitor.put_into_cart(product)
        yield Town(shop, pair, web, push, clerk, Cashier(shop, product), visitor)
    finally:
        web.kill()
        push.kill()


@contextmanager
def restarted(pair: PostgresPair) -> Iterator[None]:
    pair.leader.stop("fast")
    try:
        yield
    finally:
        pair.leader.start()


@contextmanager
def crashed(pair: PostgresPair) -> Iterator[None]:
    pair.leader.stop("immediate")
    try:
        yield
    finally:
        pair.leader.start()


@contextmanager
def replaced(pair: PostgresPair) -> Iterator[None]:
    pair.add_standby()
    pair.leader.stop("immediate")
    try:
        yield
    finally:
        pair.switch_over()


@contextmanager
def hanging_and_replaced(pair: PostgresPair) -> Iterator[None]:
    """It keeps all its connections, and answers on none of them."""
    pair.add_standby()
    pair.leader.freeze()
    try:
        yield
    finally:
        pair.switch_over()


Outage = Callable[[PostgresPair], AbstractContextManager[None]]


@pytest.mark.parametrize("outage", [restarted, crashed, replaced, hanging_and_replaced])
def test_everybody_stays_who_they_are_and_nothing_is_served_without_the_database(
    town: Town, outage: Outage
) -> None:
    pending = town.cashier.sale()
    with Poller(town.shop, "till") as poller:
        # Somebody listens, and so can lose the ear.
        assert_is_woken(town, poller, f"before {outage.__name__}")
        before = town.sessions()
        with outage(town.pair):
            answers = ask_around(town, pending, OUTAGE)
            assert town.sessions() == before
            for path, status in (("/health/live", 200), ("/health/ready", 200), ("/health/database", 503)):
                assert town.web.answers("health", path) == status
            assert town.push.answers("push", "/platform/health") == 200
        # Nobody asks for anything: an idle worker looks.
        eventually(lambda: town.web.answers("health", "/health/database") == 200)
        until_everybody_is_served(town)
        assert [said for said in answers if not is_refusal(said)] == []
        assert len(answers) >= len(PAGES)
        first = town.cashier.send(pending)
        assert town.cashier.send(pending) == first
        assert town.cashier.recorded(pending) == 1
        assert_is_woken(town, poller, f"after {outage.__name__}")


def until_everybody_is_served(town: Town) -> None:
    """As who they are, and by every worker: one that asked the old leader a moment ago may refuse once more."""

    def is_so() -> bool:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            carts = list(pool.map(lambda _: town.visitor.cart().text, range(4 * AT_ONCE)))
        return all("Lamp" in cart for cart in carts) and town.clerk.is_known() and town.cashier.is_known()

    eventually(is_so, timeout=300)


def assert_is_woken(town: Town, poller: Poller, message: str) -> None:
    """What the clerk sends is heard by a poll that did not last until it looks by itself."""
    town.clerk.rpc("/longpolling/send", channel="till", message=message)
    eventually(lambda: message in poller.heard)
    assert poller.heard[message] < UNWOKEN


def ask_around(town: Town, pending: dict[str, object], seconds: float) -> list[httpx.Response]:
    """Everything that came back while everybody went on for so long, and each page at least once."""
    stranger, listener = Person(town.shop), Person(town.shop, "push")
    asks: list[Callable[[], httpx.Response]] = [
        *(lambda who=who, page=page: who.browser.get(page) for page in PAGES for who in (*town.people, stranger)),
        lambda: town.cashier.sending(pending),
        lambda: town.clerk.calling("res.users", "search_count", []),
        lambda: listener.post("/longpolling/poll", channels=["till"], last=0, options={"peek": True}),
        lambda: stranger.post("/web/session/authenticate", db=town.shop.database, login="x", password="x"),
    ]
    end = time.monotonic() + seconds
    answers: list[httpx.Response] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while not answers or time.monotonic() < end:
            answers += pool.map(lambda ask: ask(), asks)
    assert not [each for each in (stranger, listener) if "session_id" in each.browser.cookies]
    return answers


def is_refusal(response: httpx.Response) -> bool:
    """That says when to come again, in a form that who asked can read, and gives nobody another session."""
    if (
        response.status_code != 503
        or response.headers.get("Retry-After") != "5"
        or "set-cookie" in response.headers
    ):
        return False
    if response.request.method == "GET":
        return "You stay logged in" in response.text
    answer = response.json()
    return bool(answer["error"]["code"] == 503 and answer["id"] == json.loads(response.request.read())["id"])


def test_a_leader_that_comes_back_and_only_reads_is_used_for_nothing(town: Town) -> None:
    town.pair.add_standby()
    town.pair.leader.stop("immediate")
    before = town.pair.switch_over()
    until_everybody_is_served(town)
    before.come_back_reading()
    # The address is late: new connections still come to the old one.
    town.pair.switch.lead_to(before.server.port)
    end_connections(town)
    try:
        answers = ask_around(town, town.cashier.sale(), OUTAGE)
    finally:
        town.pair.lead()
        before.stop("fast")
    assert [said for said in answers if not is_refusal(said)] == []
    until_everybody_is_served(town)


def test_who_waits_for_a_leader_that_hangs_is_served_by_the_next_and_the_one_that_wakes_up_has_nothing(
    town: Town,
) -> None:
    town.pair.add_standby()
    pending = town.cashier.sale()
    before = town.pair.promote()
    # Last, so that a slow machine does not use up the patience of those who ask.
    before.freeze()
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit(town.visitor.cart)
        time.sleep(1)
        assert read.running()
        town.pair.lead()
        assert read.result().status_code == 200
        assert "Lamp" in read.result().text
    eventually(lambda: town.cashier.send(pending))
    before.thaw()
    until_everybody_is_served(town)
    reference = pending["data"]["name"]
    count = "SELECT count(*) FROM pos_order WHERE pos_reference = %s"
    assert before.server.as_superuser(count, [reference], town.shop.database) == [(0,)]
    assert town.pair.leader.server.as_superuser(count, [reference], town.shop.database) == [(1,)]
    before.stop("fast")


def test_a_request_that_has_only_read_is_done_again(town: Town) -> None:
    with reading(town) as answers:
        end_connections(town)
    assert [answer.status_code for answer in answers] == [200] * AT_ONCE


def test_a_commit_of_which_nobody_knows_is_not_repeated_and_the_till_sends_its_sale_once(town: Town) -> None:
    """The leader keeps the sale, and dies before it says so."""
    leader, pending = town.pair.leader, town.cashier.sale()
    # Commits wait for a standby that is not there.
    leader.server.as_superuser("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
    leader.server.as_superuser("SELECT pg_reload_conf()")
    try:
        with ThreadPoolExecutor(1) as pool:
            sent = pool.submit(town.cashier.sending, pending)
            eventually(lambda: leader.server.waiting(town.shop.database, "SyncRep") == 1)
            leader.stop("immediate")
            answer = sent.result()
    finally:
        leader.start()
        leader.server.as_superuser("ALTER SYSTEM RESET synchronous_standby_names")
        leader.server.as_superuser("SELECT pg_reload_conf()")
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, None)
    assert "it may be saved or not" in answer.json()["error"]["message"]
    until_everybody_is_served(town)
    assert town.cashier.recorded(pending) == 1
    assert town.cashier.send(pending) == town.cashier.send(pending)
    assert town.cashier.recorded(pending) == 1


def test_jobs_go_on_and_their_process_stays(town: Town) -> None:
    port = free_port()
    # Queued jobs are asked for on a port of its own; in its pod nobody else has one.
    cron = town.shop.run("cron", f"--http-port={free_port()}", PLATFORM_HEALTH_PORT=str(port))
    cron.ports["health"] = port
    try:
        cron.until("health", "/health/ready", timeout=240)
        workers = children(cron.init)
        with crashed(town.pair):
            eventually(lambda: woken(workers) and cron.answers("health", "/health/database") == 503, timeout=120)
            assert cron.answers("health", "/health/live") == 200
        make_one_job_due(town)
        eventually(lambda: woken(workers) and was_done(town), timeout=120)
        assert cron.answers("health", "/health/database") == 200
        assert children(cron.init) == workers
    finally:
        cron.kill()


JOB = "(SELECT res_id FROM ir_model_data WHERE model = 'ir.cron' AND name = 'autovacuum_job')"


def make_one_job_due(town: Town) -> None:
    later, now = "now() + interval '1 year'", "now() - interval '1 minute'"
    with town.shop.connect() as connection:
        connection.execute(f"UPDATE ir_cron SET nextcall = {later}")  # noqa: S608 both are above
        connection.execute(f"UPDATE ir_cron SET nextcall = {now}, lastcall = NULL WHERE id = {JOB}")  # noqa: S608


def was_done(town: Town) -> bool:
    with town.shop.connect() as connection:
        row = connection.execute(f"SELECT lastcall IS NOT NULL FROM ir_cron WHERE id = {JOB}").fetchone()  # noqa: S608
    return bool(row and row[0])


@contextmanager
def reading(town: Town) -> Iterator[list[httpx.Response]]:
    """Requests that wait in the middle of what they read, one for each worker, for the length of the block."""
    answers: list[httpx.Response] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        with town.pair.leader.server.superuser(town.shop.database) as connection, connection.transaction():
            connection.execute("LOCK TABLE res_users IN ACCESS EXCLUSIVE MODE")
            asked = [pool.submit(Person(town.shop).browser.get, "/web/login") for _ in range(AT_ONCE)]
            leader = town.pair.leader.server
            eventually(lambda: leader.waiting(town.shop.database, "relation") >= AT_ONCE)
            yield answers
        answers += [each.result() for each in asked]


def end_connections(town: Town) -> None:
    """As a leader does that steps down."""
    query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s"
    town.pair.leader.server.as_superuser(query, [town.shop.database])
