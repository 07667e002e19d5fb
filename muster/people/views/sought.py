"""Names that somebody seeks, kept out of addresses, and so out of a browser's history and of every log on the way.

A search is posted, and answered by the address of its results, in which the name stands covered: Back and reload work as
they do anywhere, without a script too. A covered name opens for the account that sought it, on that page, for a few hours.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec

from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils.http import urlencode

from muster.people.doors import sealer
from muster.people.gates import SchoolRequest

Rest = ParamSpec("Rest")
MOST: Final = 80
"""Letters of a name that are looked at."""
NOT_KEPT = frozenset({"q", "csrfmiddlewaretoken"})


def search_is_posted(
    view: Callable[Concatenate[SchoolRequest, Rest], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Send whoever posted a search (`q`) to the address of its results. Stands beneath the gate."""

    @wraps(view)
    def inside(request: SchoolRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
        if request.method != "POST" or "q" not in request.POST:
            return view(request, *args, **kwargs)
        said = {name: str(value) for name, value in request.POST.items() if name not in NOT_KEPT and value}
        said["found"] = sealer().cover(place(request), request.POST["q"][:MOST], at=request.now)
        return HttpResponseRedirect(f"{request.path}?{urlencode(said)}")

    return inside


def sought(request: SchoolRequest) -> str | None:
    """What is sought on this page; None where nothing is."""
    covered = request.GET.get("found", "")
    return sealer().uncover(place(request), covered[:1000], at=request.now) if covered else None


def place(request: SchoolRequest) -> str:
    """What a covered name is bound to: the page, and who seeks."""
    name = request.resolver_match.view_name if request.resolver_match else request.path
    return f"sought:{name}:{request.account.uuid}"
