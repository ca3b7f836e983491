"""The local checkip: a proxy that answers for https://checkip.amazonaws.com with this machine's address.

packer-plugin-amazon opens its security group to that address. HTTPS_PROXY and SSL_CERT_FILE lead it here. The proxy
forwards requests for other hosts.
"""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "checkip.amazonaws.com"


def certify(directory: Path) -> tuple[Path, Path]:
    """A key with its certificate, and a file with this machine's trusted certificates and that one."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=7))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    own, trusted = directory / "checkip.pem", directory / "certificates.pem"
    own.touch(0o600)
    own.write_bytes(private + certificate)
    system = ssl.get_default_verify_paths().cafile
    trusted.write_bytes((Path(system).read_bytes() if system and Path(system).exists() else b"") + certificate)
    return own, trusted


class _Handler(socketserver.StreamRequestHandler):
    timeout = 60

    def handle(self) -> None:
        method, target, *_ = [*self.rfile.readline(8192).decode(errors="replace").split(), "", ""]
        while self.rfile.readline(8192).strip():
            pass
        host, _, port = target.rpartition(":")
        if method != "CONNECT" or not port.isdigit():
            self.wfile.write(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
        elif host == HOST:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            self._tell()
        else:
            self._pass_on(host, int(port))

    def _tell(self) -> None:
        server = cast(Checkip, self.server)
        with server.context.wrap_socket(self.connection, server_side=True) as client, client.makefile("rwb") as lines:
            while lines.readline(8192).strip():
                pass
            body = f"{server.address()}\n".encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\nConnection: close"
            lines.write(head.encode() + b"\r\n\r\n" + body)

    def _pass_on(self, host: str, port: int) -> None:
        try:
            peer = socket.create_connection((host, port), timeout=30)
        except OSError:
            self.wfile.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            return
        with peer:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            back = threading.Thread(target=copy, args=(peer, self.connection), daemon=True)
            back.start()
            copy(self.connection, peer)
            back.join()


def copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(1 << 16):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return


class Checkip(socketserver.ThreadingTCPServer):
    """Serves on loopback until closed, and answers with `address`."""

    daemon_threads = True

    def __init__(self, directory: Path, address: Callable[[], str]) -> None:
        own, self.trusted = certify(directory)
        self.address, self.context = address, ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.context.load_cert_chain(own)
        super().__init__(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def environment(self) -> dict[str, str]:
        """The environment for programs that use this proxy."""
        proxy = f"http://127.0.0.1:{self.server_address[1]}"
        return {"HTTPS_PROXY": proxy, "SSL_CERT_FILE": str(self.trusted)}

    def handle_error(self, request: object, client_address: object) -> None:
        """Logs nothing: a client may hang up."""

    def close(self) -> None:
        self.shutdown()
        self.server_close()
