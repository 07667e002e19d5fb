"""The school's own authority, and whether a phone would accept a certificate. Each fault is made and found."""

import argparse
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from muster.config import certificate
from muster.config.refusals import Refused

pytestmark = pytest.mark.pure
HOST = "muster.ashgrove.example"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    certificate.make_authority(tmp_path, host=HOST, name="", at=NOW)
    certificate.make_server(tmp_path, host=HOST, at=NOW)
    return tmp_path


def chain(folder: Path) -> list[x509.Certificate]:
    return certificate.read(folder / "server.pem")


def said(found: list[x509.Certificate], host: str = HOST, at: datetime = NOW) -> str:
    return " ".join(fault.sentence for fault in certificate.faults(found, host, at))


def test_what_it_makes_is_accepted_by_a_strict_verifier(folder: Path) -> None:
    server, authority = chain(folder)
    verifier = PolicyBuilder().store(Store([authority])).time(NOW).build_server_verifier(x509.DNSName(HOST))
    assert verifier.verify(server, [])
    other = PolicyBuilder().store(Store([authority])).time(NOW).build_server_verifier(x509.DNSName("bank.example"))
    with pytest.raises(VerificationError):
        other.verify(server, [])


def test_a_phone_would_accept_what_it_makes(folder: Path) -> None:
    assert certificate.faults(chain(folder), HOST, NOW) == []
    assert certificate.key_fits(chain(folder)[0], folder / "server.key")


def test_the_authority_can_vouch_for_its_own_host_alone(folder: Path) -> None:
    assert certificate.may_sign_for(certificate.read(folder / "authority.pem")[0], HOST)
    assert not certificate.may_sign_for(certificate.read(folder / "authority.pem")[0], "bank.example")


def test_keys_are_their_owners_alone(folder: Path) -> None:
    for name in ("authority.key", "server.key"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def test_renewing_keeps_the_authority_and_changes_the_rest(folder: Path) -> None:
    before, authority = chain(folder)
    later = NOW + timedelta(days=380)
    assert "Renew it now" in said(chain(folder), at=later)
    certificate.make_server(folder, host=HOST, at=later)
    after, same = chain(folder)
    assert (same, after.serial_number == before.serial_number) == (authority, False)
    assert said(chain(folder), at=later) == ""


Change = Callable[[x509.CertificateBuilder], x509.CertificateBuilder]
SIGNING = ec.generate_private_key(ec.SECP256R1())
ABOVE = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority")])


def a_chain(
    *,
    names: tuple[str, ...] | None = (HOST,),
    days: int = 300,
    begins: datetime = NOW - timedelta(days=1),
    uses: tuple[x509.ObjectIdentifier, ...] | None = (ExtendedKeyUsageOID.SERVER_AUTH,),
    ca: bool = False,
    may_sign: bool = True,
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | None = None,
    signed_by: ec.EllipticCurvePrivateKey = SIGNING,
) -> list[x509.Certificate]:
    """A server's certificate and its authority's, right but for what is given."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)]))
        .issuer_name(ABOVE)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if names is not None:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), False)
    if uses is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
    if not may_sign:
        builder = builder.add_extension(certificate.usage(signs_certificates=True), critical=True)
    authority = (
        x509.CertificateBuilder()
        .subject_name(ABOVE)
        .issuer_name(ABOVE)
        .public_key(SIGNING.public_key())
        .serial_number(8)
        .not_valid_before(NOW - timedelta(days=100))
        .not_valid_after(NOW + timedelta(days=3000))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(SIGNING, hashes.SHA256())
    )
    return [builder.sign(signed_by, hashes.SHA256()), authority]


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        pytest.param(a_chain(), "", id="nothing is wrong"),
        pytest.param(a_chain(names=("*.ashgrove.example",)), "", id="a star covers one label"),
        pytest.param(a_chain(names=("*.example",)), "not for muster.ashgrove.example", id="a star covers one label only"),
        pytest.param(a_chain(names=("other.example",)), "not for muster.ashgrove.example", id="another's name"),
        pytest.param(a_chain(names=None), "names no host", id="only a common name"),
        pytest.param(a_chain(days=1, begins=NOW - timedelta(days=9)), "ended on 12 November 2026", id="over"),
        pytest.param(a_chain(begins=NOW + timedelta(days=2)), "begins only on", id="not yet"),
        pytest.param(a_chain(days=20), "Renew it now", id="nearly over"),
        pytest.param(a_chain(days=900), "phones accept 825 at most", id="too long for a school's own"),
        pytest.param(a_chain(days=400)[:1], "chain is missing", id="no chain"),
        pytest.param(a_chain(days=500)[:1], "phones accept 398 at most", id="too long without a chain of our own"),
        pytest.param(a_chain(uses=(ExtendedKeyUsageOID.CLIENT_AUTH,)), "not meant for servers", id="for clients"),
        pytest.param(a_chain(uses=None), "does not say that it is for servers", id="no extended key usage"),
        pytest.param(a_chain(may_sign=False), "may not sign", id="its key may not sign"),
        pytest.param(a_chain(ca=True), "an authority's", id="an authority shown as a server"),
        pytest.param(a_chain(signed_by=ec.generate_private_key(ec.SECP256R1())), "chain is broken", id="signed by another"),
        pytest.param(a_chain(key=rsa.generate_private_key(65537, 1024)), "1024 bits is too short", id="a short key"),  # noqa: S505
    ],
)  # fmt: skip
def test_a_fault_is_found_and_named(found: list[x509.Certificate], fault: str) -> None:
    sentence = said(found)
    assert fault in sentence
    assert bool(fault) == bool(sentence)


def test_one_that_signed_itself_is_refused() -> None:
    assert "signed itself" in said([a_chain()[1]])


def test_a_key_of_another_is_refused_at_start(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    certificate.make_authority(other, host=HOST, name="", at=NOW)
    certificate.make_server(other, host=HOST, at=NOW)
    with pytest.raises(Refused, match="does not belong"):
        certificate.refuse_unfit(folder / "server.pem", other / "server.key", HOST)


def asked(folder: Path, host: str = HOST, *, renew: bool = False) -> argparse.Namespace:
    return argparse.Namespace(folder=str(folder), host=host, renew=renew, authority_name="")


def test_the_command_makes_refuses_to_make_again_and_renews(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "tls"
    assert certificate.run(asked(folder)) == 0
    told = capsys.readouterr().out
    assert f"https://{HOST}/trust/" in told
    assert certificate.fingerprint(certificate.read(folder / "authority.pem")[0]) in told
    with pytest.raises(Refused, match="--renew"):
        certificate.run(asked(folder))
    assert certificate.run(asked(folder, renew=True)) == 0
    with pytest.raises(Refused, match="may not sign for"):
        certificate.run(asked(folder, "other.example", renew=True))
    (folder / "authority.key").unlink()
    with pytest.raises(Refused, match="Bring it back"):
        certificate.run(asked(folder, renew=True))


@pytest.mark.parametrize("host", ["", "localhost", "server"], ids=["none", "localhost", "one word"])
def test_a_certificate_is_made_for_a_host_name(tmp_path: Path, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MUSTER_HOST")
    with pytest.raises(Refused, match="host name"):
        certificate.run(asked(tmp_path, host))
