import base64
import hashlib
import hmac
import os
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from .. import signing
from ..outcome import LATER, LOST, OK, REFUSED, UNREACHABLE
from ..transport import MAX_ANSWER_BYTES, Request, send
from . import stub_carrier
from .stub_carrier import StubCarrier

# Seconds; it hangs and drips for 300.
LONG = 120


@tagged("post_install", "-at_install")
class TestTransport(BaseCase):
    def setUp(self):
        super().setUp()
        self.carrier = StubCarrier()
        opened = self.carrier.open()
        opened.__enter__()
        self.addCleanup(opened.__exit__, None, None, None)

    def call(self, *script, url=None, seconds=20.0, key="k"):
        self.carrier.script = list(script)
        headers = {"Idempotency-Key": key, "Connection": "close"}
        return send(Request("POST", url or self.carrier.url + "/parcels", headers, b"{}", seconds))

    def test_an_answer(self):
        reply = self.call()
        self.assertEqual((reply.outcome, reply.status, reply.text), (OK, 200, '{"tracking": "P001"}'))
        self.assertEqual([(call.method, call.path) for call in self.carrier.calls], [("POST", "/parcels")])

    def test_it_fails(self):
        reply = self.call(stub_carrier.fails(503, [("Retry-After", "120")]))
        self.assertEqual((reply.outcome, reply.status, reply.retry_after), (LATER, 503, 120))
        self.assertEqual(reply.detail, "HTTP 503 Service Unavailable")

    def test_a_date_to_come_back_is_left_to_our_own_waiting(self):
        for value in ("Wed, 21 Oct 2026 07:28:00 GMT", "-5", "", "9" * 30, "²"):
            reply = self.call(stub_carrier.fails(429, [("Retry-After", value.encode().decode("latin-1"))]))
            self.assertIsNone(reply.retry_after, value)

    def test_a_redirect_is_not_followed(self):
        other = self.carrier.url + "/elsewhere"
        reply = self.call(stub_carrier.fails(307, [("Location", other)]))
        self.assertEqual((reply.outcome, len(self.carrier.calls)), (REFUSED, 1))

    def test_it_hangs(self):
        reply = self._within(LONG, lambda: self.call(stub_carrier.hangs, seconds=3.0))
        self.assertEqual((reply.outcome, reply.detail), (LOST, "no answer in time"))

    def test_it_drips_which_no_timeout_of_a_read_ends(self):
        reply = self._within(LONG, lambda: self.call(stub_carrier.drips, seconds=3.0))
        self.assertEqual((reply.outcome, reply.detail), (LOST, "no answer in time"))

    def test_the_line_breaks(self):
        for behave in (stub_carrier.drops, stub_carrier.breaks_off):
            self.assertEqual(self.call(behave).outcome, LOST)

    def test_it_answers_twice_and_the_second_is_nobodys(self):
        self.assertEqual(self.call(stub_carrier.answers_twice, key="a").text, '{"tracking": "P001"}')
        self.assertEqual(self.call(key="b").text, '{"tracking": "P002"}')

    def test_an_answer_without_end_is_cut(self):
        reply = self.call(stub_carrier.says(b"x" * (MAX_ANSWER_BYTES * 3)))
        self.assertEqual((reply.outcome, len(reply.text)), (OK, MAX_ANSWER_BYTES))

    def test_bytes_that_are_no_text_do_not_matter(self):
        self.assertEqual(self.call(stub_carrier.says(b"\xff\x00ok")).outcome, OK)

    def test_nobody_is_there(self):
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            port = nobody.getsockname()[1]
            reply = self.call(url=f"http://127.0.0.1:{port}")
        self.assertEqual((reply.outcome, reply.status), (UNREACHABLE, 0))
        self.assertEqual(self.call(url="http://nowhere.invalid").outcome, UNREACHABLE)

    def test_somebody_is_there_who_speaks_no_tls(self):
        reply = self.call(url=self.carrier.url.replace("http:", "https:"))
        self.assertEqual((reply.outcome, self.carrier.calls), (UNREACHABLE, []))

    def test_somebody_is_there_who_speaks_no_http(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            threading.Thread(target=lambda: server.accept()[0].sendall(b"220 mail.example ESMTP\r\n")).start()
            reply = self.call(url=f"http://127.0.0.1:{server.getsockname()[1]}")
        self.assertEqual(reply.outcome, LOST)

    def _within(self, seconds, call):
        began = time.monotonic()
        reply = call()
        self.assertLess(time.monotonic() - began, seconds)
        return reply


@tagged("post_install", "-at_install")
class TestEncrypted(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.certificate, key = Path(folder.name, "certificate.pem"), Path(folder.name, "key.pem")
        request = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "1"]
        files = ["-keyout", str(key), "-out", str(cls.certificate)]
        subprocess.run([*request, *names, *files], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cls.certificate, key)
        cls.carrier = StubCarrier(context)
        opened = cls.carrier.open()
        opened.__enter__()
        cls.addClassCleanup(opened.__exit__, None, None, None)

    def call(self, *script, trusted=True, seconds=20.0):
        self.carrier.script = list(script)
        self.carrier.calls.clear()
        # What OpenSSL reads the known authorities from.
        known = {"SSL_CERT_FILE": str(self.certificate)} if trusted else {}
        with patch.dict(os.environ, known):
            headers = {"Idempotency-Key": "k", "Connection": "close"}
            return send(Request("POST", self.carrier.url, headers, b"{}", seconds))

    def test_whose_certificate_is_known_is_told(self):
        self.assertEqual(self.call().outcome, OK)

    def test_whose_certificate_is_not_known_hears_nothing(self):
        reply = self.call(trusted=False)
        self.assertEqual((reply.outcome, self.carrier.calls), (UNREACHABLE, []))
        self.assertIn("CERTIFICATE_VERIFY_FAILED", reply.detail)

    def test_hanging_and_dripping_end_here_as_well(self):
        for behave in (stub_carrier.hangs, stub_carrier.drips, stub_carrier.drops):
            began = time.monotonic()
            self.assertEqual(self.call(behave, seconds=5.0).outcome, LOST)
            self.assertLess(time.monotonic() - began, LONG)


@tagged("post_install", "-at_install")
class TestSigning(BaseCase):
    def test_who_calls(self):
        def proof(kind, secret):
            return signing.headers(signing.Caller(kind, secret, "X-Key"), "id", 1700000000, b"{}")

        self.assertEqual(proof("none", ""), {})
        self.assertEqual(proof("bearer", "s3cret"), {"Authorization": "Bearer s3cret"})
        self.assertEqual(proof("basic", "me:pw"), {"Authorization": "Basic bWU6cHc="})
        self.assertEqual(proof("header", "s3cret"), {"X-Key": "s3cret"})

    def test_the_example_of_the_specification(self):
        """https://www.standardwebhooks.com: the secret is base64, and id.timestamp.body is signed."""
        secret = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        body = b'{"test": 2432232314}'
        caller = signing.Caller("signature", f"whsec_{secret}")
        signed = signing.headers(caller, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
        self.assertEqual(signed["webhook-signature"], "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        self.assertEqual(signed["webhook-id"], "msg_p5jXN8AQM9LWM0D4loKWxJek")

    def test_any_other_secret_is_taken_as_it_is(self):
        signed = signing.headers(signing.Caller("signature", "plain"), "id", 5, b"{}")
        expected = base64.b64encode(hmac.new(b"plain", b"id.5.{}", hashlib.sha256).digest()).decode()
        self.assertEqual(signed["webhook-signature"], f"v1,{expected}")
