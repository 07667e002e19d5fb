"""The page that walks phones and computers through trusting the school's own authority."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from muster.config import certificate
from muster.config.refusals import Refused
from muster.people.gates import public


def authority() -> Path | None:
    """The school's own authority, beside the server's certificate; None where it has a certificate from elsewhere."""
    if not settings.TLS_CERTIFICATE:
        return None
    path = Path(settings.TLS_CERTIFICATE).parent / "authority.pem"
    return path if path.is_file() else None


@public
def trust(request: HttpRequest) -> TemplateResponse:
    """How to trust this school's Muster, device by device."""
    path = authority()
    shown = {"host": settings.HOST, "fingerprint": "", "name": ""}
    if path is not None:
        try:
            made = certificate.read(path)[0]
        except Refused:
            made = None
        if made is not None:
            shown |= {"fingerprint": certificate.fingerprint(made), "name": made.subject.rfc4514_string()[3:]}
    return TemplateResponse(request, "config/trust.html", shown)


@public
def trust_file(request: HttpRequest) -> HttpResponse:
    """The authority's certificate, as phones take it."""
    path = authority()
    if path is None:
        raise Http404
    answer = HttpResponse(path.read_bytes(), content_type="application/x-x509-ca-cert")
    answer["Content-Disposition"] = 'attachment; filename="muster-authority.crt"'
    return answer
