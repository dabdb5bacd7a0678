"""In-memory doubles of the adapters. tests/contract proves that they behave as the real ones."""

from tests.support.fakes.clock import FakeClock
from tests.support.fakes.faults import Faults
from tests.support.fakes.kube import FakeKube
from tests.support.fakes.objectstore import FakeObjectStore
from tests.support.fakes.postgres import FakePostgres
from tests.support.fakes.web import FakeWeb

__all__ = ["FakeClock", "FakeKube", "FakeObjectStore", "FakePostgres", "FakeWeb", "Faults"]
