"""A shop whose database goes away and comes back, in every way that a leader can: nobody is logged out, nothing is
served without it, and nothing is done twice."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from tests.odoo.conftest import lay_ground, shared_folder
from tests.support.eventually import eventually
from tests.support.odoo_process import OdooProcess, OdooRoot
from tests.support.odoo_tenant import OdooTenant
from tests.support.servers.postgres_pair import PostgresPair, postgres_pair
from tests.support.shop_people import Cashier, Clerk, Person, Poller, Visitor

# Seconds; the first test also lays the ground and makes the servers.
pytestmark = pytest.mark.timeout(1800)

INSTALL_TIMEOUT = 600
# Seconds until a wait without an answer is looked into; ten in a shop.
SILENCE = 3
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
    tenant = replace(lay_ground(pair.leader.server, root, "switched00"), server=pair.server)
    tenant.write_configuration()
    install = tenant.run("--init=retail_till", "--stop-after-init", "--workers=0")
    assert install.wait(INSTALL_TIMEOUT) == 0, install.log.read_text()[-3000:]
    return tenant


@pytest.fixture(scope="module")
def town(shop: OdooTenant, pair: PostgresPair) -> Iterator[Town]:
    silence = {"PLATFORM_DB_SILENCE_SECONDS": str(SILENCE)}
    web, push = shop.run("web", **silence), shop.run("gevent", **silence)
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
    yield
    pair.leader.start()


@contextmanager
def crashed(pair: PostgresPair) -> Iterator[None]:
    pair.leader.stop("immediate")
    yield
    pair.leader.start()


@contextmanager
def replaced(pair: PostgresPair) -> Iterator[None]:
    pair.add_standby()
    pair.leader.stop("immediate")
    yield
    pair.switch_over()


@contextmanager
def hanging_and_replaced(pair: PostgresPair) -> Iterator[None]:
    """It keeps all its connections, and answers on none of them."""
    pair.add_standby()
    before = pair.leader
    before.freeze()
    try:
        yield
        pair.switch_over()
    except BaseException:
        before.kill()
        raise


Outage = Callable[[PostgresPair], AbstractContextManager[None]]


@pytest.mark.parametrize("outage", [restarted, crashed, replaced, hanging_and_replaced])
def test_everybody_stays_who_they_are_and_nothing_is_served_without_the_database(
    town: Town, outage: Outage
) -> None:
    pending = town.cashier.sale()
    with Poller(town.shop, "till") as poller:
        message = f"back after {outage.__name__}"
        before = town.sessions()
        with outage(town.pair):
            answers = ask_around(town, pending, OUTAGE)
            assert town.sessions() == before
            assert town.web.answers("health", "/health/live") == 200
            assert town.push.answers("push", "/platform/health") == 200
        back = time.monotonic()
        eventually(town.clerk.is_known, timeout=60)
        print(f"{outage.__name__}: {len(answers)} answers, back after {time.monotonic() - back:.1f} s")
        assert [said for said in answers if not is_refusal(said)] == []
        assert len(answers) >= len(PAGES)
        assert town.cashier.is_known()
        assert "Lamp" in town.visitor.cart().text
        first = town.cashier.send(pending)
        assert town.cashier.send(pending) == first
        assert town.cashier.recorded(pending) == 1
        sent = time.monotonic()
        town.clerk.rpc("/longpolling/send", channel="till", message=message)
        eventually(lambda: message in poller.heard, timeout=30)
        assert poller.heard[message] - sent < 10


def ask_around(town: Town, pending: dict[str, object], seconds: float) -> list[httpx.Response]:
    """Everything that came back while everybody went on for so long, and each page at least once."""
    stranger = Person(town.shop)
    asks: list[Callable[[], httpx.Response]] = [
        *(lambda who=who, page=page: who.browser.get(page) for page in PAGES for who in (*town.people, stranger)),
        lambda: town.cashier.sending(pending),
        lambda: town.clerk.calling("res.users", "search_count", []),
        lambda: stranger.post("/web/session/authenticate", db=town.shop.database, login="x", password="x"),
    ]
    end = time.monotonic() + seconds
    answers: list[httpx.Response] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while not answers or time.monotonic() < end:
            answers += pool.map(lambda ask: ask(), asks)
    assert "session_id" not in stranger.browser.cookies
    return answers


def is_refusal(response: httpx.Response) -> bool:
    """That says when to come again, in the language of who asked, and gives nobody another session."""
    said = response.status_code == 503 and response.headers.get("Retry-After") == "5"
    if response.request.method == "POST":
        sent, got = response.request.read(), response.json()
        said = (
            said and got["error"]["code"] == 503 and f'"id": {got["id"]}'.encode() in sent.replace(b'":', b'": ')
        )
    else:
        said = said and "You stay logged in" in response.text
    return said and "set-cookie" not in response.headers
