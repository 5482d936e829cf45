"""Over TCP everybody is a stranger: what he may read he gets, the rest is refused in words; TLS is what it should be, and a new
certificate is taken without a restart."""

import os
import shutil
import socket
import ssl
import subprocess
import sys

from attempts import Attempts, OtherClients, head, post, read_to_end, send, status_of
from daemon_under_test import BUILD, Daemon, command

CONNECTIONS_MAX = 8

PLAIN = f"""
[limits]
request_timeout = "2s"
[server.tcp]
listen = "127.0.0.1:0"
names = ["berth.example"]
connections_max = {CONNECTIONS_MAX}
"""

WITH_TLS = """
[limits]
request_timeout = "2s"
[server.tcp]
listen = "127.0.0.1:0"
certificate = "server.crt"
key = "server.key"
"""

OPEN = ["/v1/jobs", "/v1/jobs/{job}", "/v1/jobs/{job}/explain", "/v1/jobs/{job}/events", "/v1/clusters", "/v1/pools",
        "/healthz", "/readyz"]
CLOSED = ["/v1/jobs/{job}/logs", "/v1/jobs/{job}/logs?follow=1", "/v1/jobs/{job}/endpoints", "/v1/jobs/{job}/attempts",
          "/v1/config", "/v1/plugins", "/v1/server", "/v1/owners", "/v1/projects"]
POSTS = ["/v1/jobs", "/v1/jobs:batch", "/v1/plan", "/v1/jobs/{job}:kill", "/v1/jobs/{job}:hold", "/v1/jobs/{job}:requeue",
         "/v1/clusters/west:cordon", "/v1/clusters/west:forget"]


def port_of(daemon):
    """The daemon took any that was free; its log says which."""
    said = [line for line in daemon.log_tail().splitlines() if "listening_tcp" in line][-1]
    return int(said.split(" port ")[1].split(",")[0])


def connect_tcp(daemon):
    peer = socket.create_connection(("127.0.0.1", port_of(daemon)), timeout=120)
    return peer


def ask(daemon, data, connect_by=connect_tcp):
    with connect_by(daemon) as peer:
        send(peer, data)
        return read_to_end(peer)


def get(path, *fields, host="localhost"):
    return head("GET", path, "Connection: close", *fields, host=host)


def reads_what_is_open(attempts, job):
    for path in OPEN:
        answer = ask(attempts.daemon, get(path.format(job=job)))
        assert b"access-control" not in answer.lower(), f"{path} speaks of CORS: {answer[:400]!r}"
        attempts.note_taken(f"{path}: {answer[:200]!r}", status_of(answer) == 200)
    with connect_tcp(attempts.daemon) as peer:
        send(peer, head("GET", "/v1/jobs?watch=1", host="localhost"))
        came = b""
        while b'"token"' not in came:
            came += peer.recv(65536)
        attempts.note_taken("the watch stream", True)


def is_closed_for_the_rest(attempts, job):
    for path in CLOSED:
        attempts.refuse(path, get(path.format(job=job)), 403, say="Unix socket", connect_by=connect_tcp)
    for path in POSTS:
        request = head("POST", path.format(job=job), "Content-Length: 2", host="localhost") + b"{}"
        attempts.refuse(f"POST {path}", request, 403, say="Unix socket", connect_by=connect_tcp)
    with connect_tcp(attempts.daemon) as peer:
        send(peer, head("HEAD", "/v1/jobs", host="localhost"))
        answer = read_to_end(peer)  # which may have no body
        attempts.note_taken("HEAD", status_of(answer) == 403 and answer.endswith(b"\r\n\r\n"))
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "BREW"):
        with connect_tcp(attempts.daemon) as peer:
            send(peer, head(method, "/v1/jobs", host="localhost"))
            attempts.note_refusal(method, read_to_end(peer), 403)
    attempts.refuse("OPTIONS", head("OPTIONS", "/v1/jobs", "Origin: http://localhost",
                                    "Access-Control-Request-Method: POST", host="localhost"),
                    403, 405, connect_by=connect_tcp)
    attempts.refuse("a body", head("GET", "/v1/jobs", "Content-Length: 5", host="localhost") + b"hello", 413,
                    connect_by=connect_tcp)
    attempts.refuse("a body in chunks", head("GET", "/v1/jobs", "Transfer-Encoding: chunked", host="localhost")
                    + b"5\r\nhello\r\n0\r\n\r\n", 413, connect_by=connect_tcp)


def checks_who_is_meant(attempts):
    port = port_of(attempts.daemon)
    for host in ("localhost", f"localhost:{port}", f"127.0.0.1:{port}", "[::1]", "berth.example", "BERTH.example:80"):
        answer = ask(attempts.daemon, get("/healthz", host=host))
        attempts.note_taken(f"Host: {host}: {answer[:200]!r}", status_of(answer) == 200)
    for host in ("evil.example", f"evil.example:{port}", "localhost.evil.example", "127.0.0.2", "berth.example.evil", ""):
        attempts.refuse(f"Host: {host}", get("/v1/jobs", host=host), 421, say="server.tcp.names", connect_by=connect_tcp)
    for field in ("Origin: http://evil.example", "Origin: null", f"Origin: http://localhost:{port + 1}",
                  "Sec-Fetch-Site: cross-site"):
        attempts.refuse(field, get("/v1/jobs", field), 403, connect_by=connect_tcp)
    attempts.refuse("no Host in HTTP/1.0", b"GET /v1/jobs HTTP/1.0\r\n\r\n", 421, connect_by=connect_tcp)


def keeps_its_own_measure(attempts):
    """As many strangers as may come, and all of them busy: those at the Unix socket do not notice."""
    half = head("GET", "/v1/jobs?watch=1", host="localhost")
    crowd = []
    for _ in range(CONNECTIONS_MAX):
        peer = connect_tcp(attempts.daemon)
        send(peer, half)
        assert status_of(peer.recv(15)) == 200
        crowd.append(peer)
    attempts.refuse("one stranger too many", b"", 503, say="server.tcp.connections_max", connect_by=connect_tcp)
    attempts.note_taken("the Unix socket meanwhile", attempts.daemon.get("/v1/jobs") is not None)
    for peer in crowd:
        peer.close()
    attempts.daemon.await_true("their places are free", lambda: status_of(ask(attempts.daemon, get("/healthz"))) == 200)
    with connect_tcp(attempts.daemon) as silent:
        attempts.note_end("a stranger who says nothing", read_to_end(silent))


def plain():
    with Daemon(PLAIN) as daemon, OtherClients(daemon) as others:
        attempts = Attempts("TCP", daemon)
        status, text = daemon.request("POST", "/v1/jobs", command(["true"]))
        assert status == 201, text
        job = text.split('"id":"')[1].split('"')[0]
        daemon.await_end(job)
        reads_what_is_open(attempts, job)
        is_closed_for_the_rest(attempts, job)
        checks_who_is_meant(attempts)
        keeps_its_own_measure(attempts)
        attempts.refuse("TLS at a plain port", bytes.fromhex("16030100c8010000c4030300") + bytes(150), 400,
                        connect_by=connect_tcp)
        attempts.tell(others.told())


def make_certificate(folder, name, subject, *options):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", f"/CN={subject}", "-addext", f"subjectAltName=DNS:{subject}",
                    "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.crt", *options],
                   check=True, capture_output=True)
    os.chmod(folder / f"{name}.key", 0o600)


def tls_client(ca=None, **settings):
    context = ssl.create_default_context(cafile=ca)
    if ca is None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    for name, value in settings.items():
        setattr(context, name, value)
    return context


def connect_tls(context, name="berth.example"):
    def connect_by(daemon):
        return context.wrap_socket(connect_tcp(daemon), server_hostname=name)
    return connect_by


def cannot_shake_hands(attempts, what, context):
    try:
        with connect_tls(context)(attempts.daemon) as peer:
            send(peer, get("/v1/jobs"))
            attempts.note_end(what, read_to_end(peer))  # TLS 1.3 tells a client only afterwards
    except (ssl.SSLError, OSError):
        attempts.ended += 1


def old_or_weak(attempts):
    def weak(ciphers, newest=ssl.TLSVersion.TLSv1_2):
        context = tls_client()
        context.set_ciphers(ciphers + ":@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.maximum_version = newest
        return context
    cannot_shake_hands(attempts, "TLS 1.1", weak("ALL", ssl.TLSVersion.TLSv1_1))
    cannot_shake_hands(attempts, "no forward secrecy", weak("AES128-GCM-SHA256"))
    cannot_shake_hands(attempts, "CBC", weak("ECDHE-ECDSA-AES128-SHA"))
    cannot_shake_hands(attempts, "nobody to be sure of", weak("aNULL"))
    for what, newest in [("TLS 1.2", ssl.TLSVersion.TLSv1_2), ("TLS 1.3", ssl.TLSVersion.TLSv1_3)]:
        context = tls_client(ca=attempts.daemon.folder / "server.crt", maximum_version=newest)
        answer = ask(attempts.daemon, get("/v1/jobs", host="berth.example"), connect_tls(context))
        attempts.note_taken(f"{what}: {answer[:200]!r}", status_of(answer) == 200)


def shown_name(daemon):
    with connect_tls(tls_client())(daemon) as peer:
        der = peer.getpeercert(binary_form=True)
    return [name for name in (b"berth.example", b"new.example", b"other.example") if name in der][0].decode()


def takes_a_new_certificate(attempts):
    daemon, folder = attempts.daemon, attempts.daemon.folder
    with connect_tls(tls_client())(daemon) as old:
        make_certificate(folder, "new", "new.example")
        shutil.copy(folder / "new.crt", folder / "server.crt")  # its key has not come yet
        attempts.note_taken("half of a renewal changes nothing", shown_name(daemon) == "berth.example")
        shutil.copy(folder / "new.key", folder / "server.key")
        attempts.note_taken("a new certificate is shown", shown_name(daemon) == "new.example")
        send(old, get("/healthz", host="berth.example"))
        attempts.note_taken("who was connected stays so", status_of(read_to_end(old)) == 200)
    attempts.refuse("the old name", get("/healthz", host="berth.example"), 421, connect_by=connect_tls(tls_client()))
    answer = ask(daemon, get("/healthz", host="new.example"), connect_tls(tls_client()))
    attempts.note_taken(f"the new name: {answer[:200]!r}", status_of(answer) == 200)


def no_tls(attempts):
    for what, data in [("plain HTTP", get("/v1/jobs")), ("garbage", bytes(range(256)) * 40), ("nothing", b""),
                       ("half a handshake", bytes.fromhex("16030100c8010000c4"))]:
        with connect_tcp(attempts.daemon) as peer:
            send(peer, data)
            answer = read_to_end(peer)  # at most an alert, in TLS's own words
            assert not answer.startswith(b"HTTP"), f"{what}: {answer[:200]!r}"
            attempts.ended += 1


def known_clients_only(attempts):
    daemon, folder = attempts.daemon, attempts.daemon.folder
    make_certificate(folder, "client", "somebody")
    make_certificate(folder, "other", "somebody")
    daemon.site.write_text(daemon.site.read_text().replace('key = "server.key"',
                                                           'key = "server.key"\nclient_ca = "client.crt"'))
    daemon.stop()
    daemon.start()
    cannot_shake_hands(attempts, "no client certificate", tls_client())
    unknown = tls_client()
    unknown.load_cert_chain(folder / "other.crt", folder / "other.key")
    cannot_shake_hands(attempts, "a certificate that nobody vouches for", unknown)
    known = tls_client()
    known.load_cert_chain(folder / "client.crt", folder / "client.key")
    answer = ask(daemon, get("/v1/jobs"), connect_tls(known))
    attempts.note_taken(f"a known client: {answer[:200]!r}", status_of(answer) == 200)
    attempts.refuse("a known client who would submit", post("/v1/jobs", b"{}").replace(b"berth", b"localhost"), 403,
                    connect_by=connect_tls(known))


class DaemonWithTls(Daemon):
    def start(self):
        if not (self.folder / "server.crt").exists():
            make_certificate(self.folder, "server", "berth.example")
        super().start()


def with_tls():
    with DaemonWithTls(WITH_TLS) as daemon:
        attempts = Attempts("TLS", daemon)
        old_or_weak(attempts)
        no_tls(attempts)
        takes_a_new_certificate(attempts)
        known_clients_only(attempts)
        attempts.tell()


def will_not_start():
    """What a site cannot mean, or would regret."""
    tried = 0
    with Daemon() as daemon:
        daemon.stop()
        folder, text = daemon.folder, daemon.site.read_text()
        make_certificate(folder, "server", "berth.example")
        make_certificate(folder, "other", "berth.example")
        shutil.copy(folder / "server.key", folder / "readable.key")
        os.chmod(folder / "readable.key", 0o644)
        subprocess.run(["openssl", "ec", "-aes128", "-passout", "pass:x", "-in", folder / "server.key",
                        "-out", folder / "locked.key"], check=True, capture_output=True)
        os.chmod(folder / "locked.key", 0o600)
        os.mkfifo(folder / "pipe.crt")  # whoever opens one waits for a writer
        pair = 'certificate = "server.crt"\nkey = "{}"'
        for settings, say in [
                ('listen = "0.0.0.0:0"', "server.tcp.certificate: is required"),
                ('listen = "localhost:0"', "must be an IP address"),
                ('listen = "127.0.0.1:0"\ncertificate = "none.crt"\nkey = "server.key"', "none.crt"),
                ('listen = "127.0.0.1:0"\ncertificate = "pipe.crt"\nkey = "server.key"', "pipe.crt (server.tcp): is no file"),
                ('listen = "127.0.0.1:0"\n' + pair.format("other.key"), "is not the key of"),
                ('listen = "127.0.0.1:0"\n' + pair.format("readable.key"), "everybody on this machine may read it"),
                ('listen = "127.0.0.1:0"\n' + pair.format("locked.key"), "no private key that can be used"),
                ('listen = "127.0.0.1:0"\n' + pair.format("server.crt"), "may read it"),
                ('listen = "127.0.0.1:0"\n' + pair.format("server.key") + '\nclient_ca = "server.key"',
                 "holds no certificates"),
                ('listen = "203.0.113.7:0"\n' + pair.format("server.key"), "server.tcp.listen"),
        ]:
            daemon.site.write_text(text + "\n[server.tcp]\n" + settings + "\n")
            done = subprocess.run([BUILD / "bin/berthd", "--config", daemon.site], text=True, capture_output=True,
                                  stdin=subprocess.DEVNULL, timeout=60)
            assert done.returncode in (1, 78) and say in done.stderr, f"{settings}: {done.returncode} {done.stderr}"
            tried += 1
        daemon.site.write_text(text)
        daemon.start()
    print(f"TCP settings: {tried} tried, {tried} refused at the start")


def main():
    if shutil.which("openssl") is None:
        print("there is no openssl to make certificates with")
        return 77
    will_not_start()
    plain()
    with_tls()
    return 0


if __name__ == "__main__":
    sys.exit(main())
