"""`muster serve`: granian with one or two processes, static files, and the one background process beside them.

Nothing is served before the installation has been found sound. Outside the demo there is a host name and TLS, the
school's own or its proxy's; there is no plain port.
"""

import hashlib
import ipaddress
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from muster.config import running, surroundings
from muster.config.ready import Place, begin, wait
from muster.config.refusals import Refused

log = logging.getLogger("muster.serve")
READY_WITHIN = 60.0
APP = "muster.config.wsgi:application"


def installation(*, workers: int | None = None) -> int:
    """Serve what the environment describes, until told to stop."""
    running.hear_signals()
    surroundings.set_up()
    from django.conf import settings

    if settings.DEMO:
        raise Refused("This is a demo (MUSTER_DEMO=1). Start it with: muster demo", code=2)
    refuse_unsafe_address(
        settings.HOST, settings.BEHIND_PROXY, settings.TLS_CERTIFICATE, settings.TLS_KEY, settings.BIND
    )
    with running.the_only_one(settings.DATA, settings.SITE):
        running.refuse_taken_port(settings.BIND, settings.PORT)
        check_and_gather()

        def ready() -> None:
            log.info("serving", extra={"fields": {"site": settings.SITE, "process": os.getpid()}})
            running.tell_systemd("READY=1")

        return until_stopped(workers=workers or min(2, os.cpu_count() or 1), ready=ready)


def refuse_unsafe_address(host: str, proxy: str, certificate: str, key: str, bind: str) -> None:
    """Raise `Refused` unless there is a host name and one of the three ways to TLS."""
    if not host or host == "localhost" or is_numeric(host) or "." not in host:
        raise Refused(
            f"Muster needs the host name people will type, such as muster.yourschool.example; {host or 'nothing'} "
            "will not do, because passkeys and certificates are made for names. Set MUSTER_HOST, or give --host.",
            code=2,
        )
    if proxy:
        if not is_numeric(proxy):
            raise Refused(f"MUSTER_BEHIND_PROXY takes the proxy's network address, not {proxy}.", code=2)
        if certificate or key:
            raise Refused("Either a proxy does TLS or Muster does: unset one of the two.", code=2)
        return
    if not (certificate and key):
        raise Refused(
            "Muster serves over TLS only. Give the school's certificate and key (MUSTER_TLS_CERTIFICATE, "
            "MUSTER_TLS_KEY), or the address of a proxy that does TLS (MUSTER_BEHIND_PROXY), or make a certificate of "
            "the school's own with: muster certificate",
            code=2,
        )
    for name in (certificate, key):
        if not os.access(name, os.R_OK):
            raise Refused(f"{name} is not there, or this user may not read it.", code=2)
    from muster.config.certificate import refuse_unfit

    refuse_unfit(Path(certificate), Path(key), host)


def is_numeric(host: str) -> bool:
    """Whether this is a network address rather than a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def check_and_gather() -> None:
    """Refuse an unsound installation; have its static files where they are served from; leave nothing open to forks."""
    from django.conf import settings
    from django.db import connections
    from django.utils import timezone

    from muster.people.signin.restored import end_restored_access
    from muster.privacy import sealing, soundness

    soundness.refuse_unsound()
    end_restored_access(settings.DATA, at=timezone.now())
    if not settings.WHITENOISE_AUTOREFRESH:
        gather_static(settings.STATIC_ROOT, settings.DATA)
    # Workers are forked from this process: a connection must not be shared across that.
    connections.close_all()
    sealing.forget()


def gather_static(static: Path, data: Path) -> bool:
    """Put static files, under names that hold their hash, into `static`; answers whether anything had changed."""
    stamp = data / "static.json"
    now = sources_of_static()
    try:
        known = json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = None
    if known == now and (static / "staticfiles.json").exists():
        return False
    from django.core.management import call_command

    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(json.dumps(now), encoding="utf-8")
    return True


def sources_of_static() -> str:
    """A digest that changes with any static file of any app."""
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{storage.path(name)}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def lines() -> dict[str, Any]:
    """How granian logs: as everything else does, one JSON object a line to standard error."""
    from django.conf import settings

    config: dict[str, Any] = dict(settings.LOGGING)
    config["loggers"] = {**config["loggers"], "_granian": {"level": "WARNING"}}
    return config


def load(target: str, parent: int) -> Any:
    """In a worker: the application, and the promise to end with the server."""
    from django.urls import get_resolver
    from granian._internal import load_target

    running.end_with_parent(parent)
    application = load_target(target)
    # Load every page now: a fault in one must keep the server from starting, not meet the first person who asks.
    len(get_resolver().url_patterns)
    return application


def until_stopped(
    *, workers: int, ready: Callable[[], None], reload: bool = False, threads: int = 4, failed: str = ""
) -> int:
    """Serve until SIGINT or SIGTERM, then stop everything that was started here. Calls `ready` once it answers."""
    from django.conf import settings
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import MPServer

    tls = bool(settings.TLS_CERTIFICATE) and not settings.DEMO and not settings.BEHIND_PROXY
    more: dict[str, Any] = {}
    if reload:
        more = {"reload": True, "reload_paths": [Path(__file__).resolve().parent.parent], "reload_filter": watching()}
    server = MPServer(
        APP,
        address=settings.BIND,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        # A thread keeps its connection, and with it a warm cache.
        blocking_threads_idle_timeout=600,
        respawn_failed_workers=not reload,
        # A browser keeps its connection open; nobody waits long for it in the demo.
        workers_kill_timeout=3 if settings.DEMO else 10,
        log_level=LogLevels.warning,
        log_dictconfig=lines(),
        ssl_cert=Path(settings.TLS_CERTIFICATE) if tls else None,
        ssl_key=Path(settings.TLS_KEY) if tls else None,
        **more,
    )
    background = running.Background()
    stopping = threading.Event()
    code = 0

    place = Place(settings.BIND, settings.PORT, settings.HOST, tls)

    def wait_until_ready(asking: "subprocess.Popen[bytes]") -> None:
        if wait(asking, stopping=stopping):
            ready()
        elif not stopping.is_set():
            log.error("not answering", extra={"fields": {"seconds": READY_WITHIN}})

    def ask() -> None:
        asking = begin(place, within=READY_WITHIN)
        threading.Thread(target=wait_until_ready, args=(asking,), name="ready", daemon=True).start()

    try:
        server.on_startup(background.start)
        server.on_startup(ask)
        server.serve(target_loader=partial(load, parent=os.getpid()))
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        stopping.set()
        background.stop()
    if code and not server.interrupt_signal:
        print(failed or "A worker could not start; the lines above say why.", file=sys.stderr)
    return 0 if server.interrupt_signal else code


def watching() -> Any:
    """What --reload looks at: code and templates. Styles and scripts are read afresh each time anyway."""
    from watchfiles.filters import DefaultFilter

    class Sources(DefaultFilter):
        """Code and templates."""

        def __call__(self, change: Any, path: str) -> bool:
            return path.endswith((".py", ".html", ".md", ".txt")) and super().__call__(change, path)

    return Sources
