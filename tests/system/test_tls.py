"""The listener's own certificate, with common clients."""

import json
import shutil
import signal
import ssl
import subprocess
import urllib.request

import pytest

from rig import UNDERSTUDYD, Daemon, wait_until


def certificate(directory, name="localhost"):
    """A self-signed certificate for localhost."""
    directory.mkdir(exist_ok=True)
    cert, key = directory / "cert.pem", directory / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-days", "2", "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                    "-keyout", key, "-out", cert], check=True, capture_output=True)
    key.chmod(0o600)
    return cert, key


@pytest.fixture
def files(tmp_path):
    return certificate(tmp_path / "tls")


@pytest.fixture
def fleet(daemon, files):
    return daemon({"service": {"tls": {"cert_file": str(files[0]), "key_file": str(files[1])}}})


def trusting(cert):
    return ssl.create_default_context(cafile=str(cert))


def get(fleet, path, cert, **headers):
    call = urllib.request.Request(fleet.url + path, headers=headers)
    with urllib.request.urlopen(call, context=trusting(cert), timeout=20) as answer:
        return answer.headers, answer.read()


def subject(fleet):
    host, port = fleet.url.removeprefix("https://").split(":")
    der = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate((host, int(port))))
    return next(name for name in (b"renewed", b"localhost") if name in der)


def test_python_and_curl_are_served_over_tls(fleet, files):
    assert fleet.url.startswith("https://")
    _, health = get(fleet, "/health", files[0])
    assert json.loads(health)["tls"] is True and json.loads(health)["exposed_without_tls"] is False
    curl = subprocess.run(["curl", "-sS", "--cacert", files[0], "-H", f"Authorization: Bearer {fleet.token}",
                           fleet.url + "/agents", fleet.url + "/health"], capture_output=True, text=True, check=True)
    assert '"tls":true' in curl.stdout
    plain = subprocess.run(["curl", "-s", fleet.url.replace("https", "http") + "/health"], capture_output=True)
    assert plain.returncode != 0 and not plain.stdout


def test_a_session_over_tls_has_a_secure_cookie(fleet, files):
    body = json.dumps({"token": fleet.token}).encode()
    call = urllib.request.Request(fleet.url + "/session", data=body, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(call, context=trusting(files[0]), timeout=20) as answer:
        assert "Secure" in answer.headers["Set-Cookie"]


def test_sighup_loads_a_renewed_certificate_and_ends_no_stream(fleet, files, tmp_path):
    stream = urllib.request.urlopen(fleet.url + "/events", context=trusting(files[0]), timeout=20)
    assert stream.readline() == b": hello\n"
    renewed = certificate(tmp_path / "renewed", "renewed")
    for new, old in zip(renewed, files):
        shutil.copyfile(new, old)
    fleet.process.send_signal(signal.SIGHUP)
    wait_until(lambda: subject(fleet) == b"renewed")
    while stream.readline() not in (b": hb\n", b""):
        pass  # the old connection stays open
    assert not stream.closed
    stream.close()


def test_an_unusable_certificate_leaves_the_previous_one(fleet, files):
    good = files[1].read_bytes()
    files[1].write_text("no key")
    fleet.process.send_signal(signal.SIGHUP)
    wait_until(lambda: "the former certificate stays in use" in fleet.log())
    get(fleet, "/health", files[0])
    checked = subprocess.run([UNDERSTUDYD, "check", fleet.config_path], capture_output=True, text=True)
    assert checked.returncode == 2 and "/service/tls/key_file: cannot use" in checked.stdout
    files[1].write_bytes(good)


def test_the_daemon_does_not_start_without_its_certificate(tmp_path):
    fleet = Daemon(tmp_path, {"service": {"tls": {"cert_file": "/none", "key_file": "/none"}}})
    fleet.launch()
    assert fleet.process.wait(20) != 0
    assert "cannot use /none: No such file or directory" in fleet.log()


def test_listening_beyond_this_machine_without_tls_gives_a_warning(tmp_path):
    fleet = Daemon(tmp_path, {}, args=["--listen", "0.0.0.0:0"])
    try:
        fleet.start()
        fleet.url = fleet.url.replace("0.0.0.0", "127.0.0.1")
        assert fleet.get("/health")["exposed_without_tls"] is True
        wait_until(lambda: "beyond this machine without TLS" in fleet.log())
    finally:
        fleet.end_everything()
