"""What is wrong with a PostgreSQL server's certificate: libpq only says that it does not believe it."""

import socket
import ssl
import struct

SSL_REQUEST = struct.pack("!ii", 8, 80877103)
"""The message by which a client asks for TLS: its length, and the code of the protocol's documentation."""

PATIENCE = 5.0
"""Seconds; the server has just answered libpq."""


def objection(host: str, port: int, ca_file: str | None, *, by_name: bool) -> str | None:
    """OpenSSL's own words, such as `certificate has expired`.

    `by_name` says whether the certificate has to name the host. None when there is nothing to say against it, or
    nobody answers any more.
    """
    try:
        context = ssl.create_default_context(cafile=ca_file)
        context.check_hostname = by_name
        with socket.create_connection((host, port), PATIENCE) as plain:
            plain.sendall(SSL_REQUEST)
            if plain.recv(1) == b"S":
                context.wrap_socket(plain, server_hostname=host).close()
    except ssl.SSLCertVerificationError as error:
        return error.verify_message
    except OSError:
        return None
    return None
