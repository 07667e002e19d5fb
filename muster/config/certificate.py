"""`muster certificate`: an authority of the school's own, and the certificate of its server. And: is a certificate fit?

For a school whose Muster has no name on the open internet. The authority may sign for the school's own host name only
(a critical name constraint), so trusting it on a phone lets nobody read anything else.
"""

import argparse
import itertools
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from muster.config.refusals import Refused

FOLDER = Path("/etc/muster/tls")
AUTHORITY_LASTS = timedelta(days=3650)
SERVER_LASTS = timedelta(days=397)
"""Phones accept 398 days from public authorities and 825 from a school's own; the shorter always does."""
RENEW_BEFORE = timedelta(days=30)
LONGEST_PUBLIC = timedelta(days=398)
LONGEST_OWN = timedelta(days=825)


def run(asked: argparse.Namespace) -> int:
    """Make the authority and certificate, or a new certificate from the authority there is."""
    folder = Path(asked.folder) if asked.folder else FOLDER
    host = asked.host or os.environ.get("MUSTER_HOST", "")
    if not host or "." not in host or host == "localhost":
        raise Refused("Give the host name people will type: --host muster.yourschool.example", code=2)
    at = datetime.now(UTC)
    authority = folder / "authority.pem"
    try:
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        if authority.exists() and not asked.renew:
            raise Refused(f"There is an authority in {folder} already. For a new server certificate, add --renew.")
        if not authority.exists():
            if asked.renew:
                raise Refused(f"There is no authority in {folder} to renew from. Leave out --renew to make one.")
            make_authority(folder, host=host, name=asked.authority_name, at=at)
        elif not may_sign_for(read(authority)[0], host):
            raise Refused(
                f"The authority in {folder} may not sign for {host}. Use another --folder; phones trust each one by itself."
            )
        make_server(folder, host=host, at=at)
    except PermissionError:
        raise Refused(f"You may not write in {folder}. Run this as the user who owns it.") from None
    made = read(authority)[0]
    print(
        f"In {folder}:\n"
        f"    server.pem, server.key   what Muster shows: MUSTER_TLS_CERTIFICATE and MUSTER_TLS_KEY\n"
        f"    authority.pem            what phones and computers are to trust, once\n"
        f"    authority.key            move this to a drawer; it is needed again only to renew\n\n"
        f"The server's certificate is good until {read(folder / 'server.pem')[0].not_valid_after_utc:%d %B %Y}. "
        f"Restart Muster, then open https://{host}/trust/ on each device.\n"
        f"Compare there, before trusting:\n    {fingerprint(made)}"
    )
    return 0


# -- making --------------------------------------------------------------------------------------


def make_authority(folder: Path, *, host: str, name: str, at: datetime) -> None:
    """An authority that may sign for `host` alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, (name or f"Muster at {host}")[:64])])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.NameConstraints([x509.DNSName(host)], None), critical=True)
        .sign(key, hashes.SHA256())
    )
    write_key(folder / "authority.key", key)
    write(folder / "authority.pem", pem(made), 0o644)


def make_server(folder: Path, *, host: str, at: datetime) -> None:
    """A certificate for `host` from the authority in `folder`, with a key of its own."""
    authority = read(folder / "authority.pem")[0]
    try:
        signing = serialization.load_pem_private_key((folder / "authority.key").read_bytes(), None)
    except FileNotFoundError:
        raise Refused(
            f"{folder / 'authority.key'} is not there. Bring it back from where you keep it, then run this again."
        ) from None
    if not isinstance(signing, ec.EllipticCurvePrivateKey) or signing.public_key() != authority.public_key():
        raise Refused(f"authority.key in {folder} does not belong to authority.pem.")
    key = ec.generate_private_key(ec.SECP256R1())
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])]))
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(hours=1))
        .not_valid_after(min(at + SERVER_LASTS, authority.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
        .sign(signing, hashes.SHA256())
    )
    write_key(folder / "server.key", key)
    write(folder / "server.pem", pem(made) + pem(authority), 0o644)


def usage(*, signs_certificates: bool) -> x509.KeyUsage:
    """What a key is for: an authority signs certificates, a server signs its greeting."""
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def pem(certificate: x509.Certificate) -> bytes:
    """As text."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """Write a private key for its owner alone."""
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write(path, text, 0o600)


def write(path: Path, text: bytes, mode: int) -> None:
    """Put a whole file in place, never half of one."""
    half = path.with_name(f".{path.name}.half")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)


# -- looking -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """One reason a phone would refuse a certificate, or soon will."""

    sentence: str
    fatal: bool = True


def read(path: Path) -> list[x509.Certificate]:
    """The certificates in a file, the server's first. Raises `Refused` where there is none."""
    try:
        found = x509.load_pem_x509_certificates(path.read_bytes())
    except (ValueError, OSError):
        raise Refused(f"{path} holds no certificate (PEM) that can be read.", code=2) from None
    return found


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate, in pairs, as phones show it."""
    digits = certificate.fingerprint(hashes.SHA256()).hex().upper()
    return ":".join(digits[place : place + 2] for place in range(0, len(digits), 2))


def may_sign_for(authority: x509.Certificate, host: str) -> bool:
    """Whether the authority's name constraint, if any, lets it sign for `host`."""
    try:
        allowed = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    except x509.ExtensionNotFound:
        return True
    names = [each.value for each in allowed if isinstance(each, x509.DNSName)]
    return any(host == name or host.endswith(f".{name}") for name in names)


def names_in(certificate: x509.Certificate) -> list[str]:
    """The host names a certificate is for; phones read nothing else but this."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return names.get_values_for_type(x509.DNSName)


def matches(host: str, name: str) -> bool:
    """Whether a certificate's name covers the host: the same, or a star in place of its first label."""
    host, name = host.lower(), name.lower()
    return host == name or (name.startswith("*.") and host.partition(".")[2] == name[2:])


def faults(chain: list[x509.Certificate], host: str, at: datetime) -> list[Fault]:
    """Why a phone would refuse `chain` at `host` on that day; nothing where it would accept it."""
    server = chain[0]
    found = [*name_faults(server, host), *time_faults(server, chain, at), *strength_faults(chain), *use_faults(server)]
    return found + chain_faults(chain, at)


def name_faults(server: x509.Certificate, host: str) -> list[Fault]:
    """Names."""
    names = names_in(server)
    if not names:
        return [Fault("The certificate names no host in its subject alternative names, which is all that phones read.")]
    if not any(matches(host, name) for name in names):
        return [Fault(f"The certificate is for {', '.join(names)}, not for {host}.")]
    return []


def time_faults(server: x509.Certificate, chain: list[x509.Certificate], at: datetime) -> list[Fault]:
    """Dates."""
    begins, ends = server.not_valid_before_utc, server.not_valid_after_utc
    if at > ends:
        return [Fault(f"The certificate ended on {ends:%d %B %Y}. Renew it.")]
    if at < begins:
        return [Fault(f"The certificate begins only on {begins:%d %B %Y}. Is this machine's clock right?")]
    longest = LONGEST_OWN if is_own(chain) else LONGEST_PUBLIC
    found = []
    if ends - begins > longest:
        found.append(Fault(f"The certificate lasts {(ends - begins).days} days; phones accept {longest.days} at most."))
    if ends - at < RENEW_BEFORE:
        found.append(Fault(f"The certificate ends on {ends:%d %B %Y}. Renew it now.", fatal=False))
    return found


def is_own(chain: list[x509.Certificate]) -> bool:
    """Whether the chain ends in an authority that signed itself, as a school's own does."""
    return len(chain) > 1 and chain[-1].subject == chain[-1].issuer


def strength_faults(chain: list[x509.Certificate]) -> list[Fault]:
    """Keys and hashes."""
    found = []
    for each in chain:
        key, algorithm = each.public_key(), each.signature_hash_algorithm
        if isinstance(key, rsa.RSAPublicKey) and key.key_size < 2048:
            found.append(Fault(f"A key of {key.key_size} bits is too short; phones want 2048."))
        if algorithm is not None and algorithm.name in {"md5", "sha1"}:
            found.append(Fault(f"The certificate is signed with {algorithm.name.upper()}; phones want SHA-256."))
    return found


def use_faults(server: x509.Certificate) -> list[Fault]:
    """What the certificate may be used for."""
    found = []
    try:
        uses = server.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        if ExtendedKeyUsageOID.SERVER_AUTH not in uses:
            found.append(Fault("The certificate is not meant for servers (extended key usage lacks serverAuth)."))
    except x509.ExtensionNotFound:
        found.append(Fault("The certificate does not say that it is for servers (no extended key usage)."))
    try:
        key_usage = server.extensions.get_extension_for_class(x509.KeyUsage).value
        if not key_usage.digital_signature:
            found.append(Fault("The certificate's key may not sign (key usage lacks digitalSignature)."))
    except x509.ExtensionNotFound:
        pass
    try:
        if server.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            found.append(Fault("The certificate is an authority's, not a server's."))
    except x509.ExtensionNotFound:
        pass
    return found


def chain_faults(chain: list[x509.Certificate], at: datetime) -> list[Fault]:
    """Whether each certificate was signed by the next."""
    if len(chain) == 1:
        if chain[0].subject == chain[0].issuer:
            return [Fault("The certificate signed itself; no phone accepts that. Make one with: muster certificate")]
        return [Fault("The certificate's chain is missing: add the authority's certificates to the same file.")]
    found = []
    for each, above in itertools.pairwise(chain):
        try:
            each.verify_directly_issued_by(above)
        except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
            found.append(Fault("The chain is broken: a certificate was not signed by the one that follows it."))
        if at > above.not_valid_after_utc:
            found.append(Fault(f"An authority in the chain ended on {above.not_valid_after_utc:%d %B %Y}."))
    return found


def key_fits(certificate: x509.Certificate, key: Path) -> bool:
    """Whether the private key in the file is the certificate's."""
    try:
        private = serialization.load_pem_private_key(key.read_bytes(), None)
    except (ValueError, TypeError, OSError, UnsupportedAlgorithm):
        return False
    return private.public_key() == certificate.public_key()


def refuse_unfit(certificate: Path, key: Path, host: str) -> None:
    """Raise `Refused` where the certificate could never work: another's key, another's name, or over."""
    chain = read(certificate)
    if not key_fits(chain[0], key):
        raise Refused(f"The key {key} does not belong to the certificate {certificate}.", code=2)
    at = datetime.now(UTC)
    for fault in [*name_faults(chain[0], host), *time_faults(chain[0], chain, at)]:
        if fault.fatal:
            raise Refused(fault.sentence, code=2)
