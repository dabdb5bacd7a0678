"""A connection for the suites of this folder."""

from collections.abc import Iterator

import pytest
from kubernetes import config

from provisioning.local.controlplane import ControlPlane
from tests.integration.crds.api import Api


@pytest.fixture(scope="module")
def api(api_server: ControlPlane) -> Iterator[Api]:
    with config.new_client_from_config(  # type: ignore[no-untyped-call]
        config_file=str(api_server.kubeconfig)
    ) as connection:
        found = Api(connection)
        yield found
        found.clean_up()
