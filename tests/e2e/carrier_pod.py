"""Runs in the carrier's pod: the stub carrier of retail_connector's tests, and a port by which a test talks to it.

`carrier_pod.py CARRIER_PORT CONTROL_PORT`, in the image's Python (3.9). At the second port, GET says what was
called so far, and PUT takes the names of behaviours for the calls to come.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

import stub_carrier  # type: ignore[import-not-found] # it is beside this file in the pod

EVERYWHERE = "0.0.0.0"  # noqa: S104 only the test's cluster reaches it
CARRIER_PORT, CONTROL_PORT = map(int, sys.argv[1:])

carrier = stub_carrier.StubCarrier(address=(EVERYWHERE, CARRIER_PORT))


class Control(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        calls = [{"key": call.key, "peer": call.peer, "body": call.body.decode()} for call in carrier.calls]
        self._answer(json.dumps(calls).encode())

    def do_PUT(self) -> None:
        names = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        carrier.script = [getattr(stub_carrier, name) for name in names]
        self._answer(b"")

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    with carrier.open():
        HTTPServer((EVERYWHERE, CONTROL_PORT), Control).serve_forever()
