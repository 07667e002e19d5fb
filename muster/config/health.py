"""Whether this installation answers."""

from django.db import connection
from django.http import HttpRequest, JsonResponse

from muster import __version__
from muster.people.gates import public


@public
def health(request: HttpRequest) -> JsonResponse:
    """Say that the server and its database answer. Shows nothing about anybody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return JsonResponse({"muster": __version__, "database": "answers"})
