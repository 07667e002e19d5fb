"""The command `muster`. Each subcommand imports what it needs when it is called, so that help is quick.

Exit codes: 0 done and well, 1 something is wrong (a sentence says what), 2 the command could not be followed.
"""

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Sequence

from muster.config.refusals import Refused

Handler = Callable[[argparse.Namespace], int]


def serve(asked: argparse.Namespace) -> int:
    """Serve this installation."""
    from muster.config import serve, surroundings

    surroundings.read_file()
    surroundings.choose(
        {
            "MUSTER_HOST": asked.host,
            "MUSTER_PORT": asked.port and str(asked.port),
            "MUSTER_BIND": asked.bind,
            "MUSTER_BEHIND_PROXY": asked.behind_proxy,
            "MUSTER_TLS_CERTIFICATE": asked.certificate,
            "MUSTER_TLS_KEY": asked.key,
        }
    )
    return serve.installation(workers=asked.workers)


def demo(asked: argparse.Namespace) -> int:
    """Serve an invented trust to look at."""
    from muster.config import demo

    return demo.run(port=asked.port, data=asked.data, pupils=asked.pupils, reload=asked.reload)


def user(asked: argparse.Namespace) -> int:
    """Let somebody in."""
    from muster.config import user

    prepare()
    return user.run(asked)


def import_file(asked: argparse.Namespace) -> int:
    """Bring in a file, a folder or a package; a dry run needs no installation."""
    from muster.config import importing, surroundings

    surroundings.read_file()
    with surroundings.scratch(wanted=asked.dry_run) as nowhere:
        surroundings.set_up()
        return importing.run(asked, against_nothing=nowhere)


def backup(asked: argparse.Namespace) -> int:
    """Copy everything."""
    from muster.config import keeping

    prepare()
    return keeping.back_up(asked)


def restore(asked: argparse.Namespace) -> int:
    """Put a backup into an empty folder."""
    from muster.config import keeping

    prepare()
    return keeping.restore(asked)


def upgrade(asked: argparse.Namespace) -> int:
    """Make the tables those of this version."""
    from muster.config import upgrade

    prepare()
    return upgrade.run(asked)


def certificate(asked: argparse.Namespace) -> int:
    """Make or renew the school's own certificate."""
    from muster.config import certificate, surroundings

    surroundings.read_file()
    return certificate.run(asked)


def doctor(asked: argparse.Namespace) -> int:
    """Say whether this installation is sound."""
    from muster.config import doctor, surroundings

    surroundings.read_file()
    return doctor.run(asked)


def verify(asked: argparse.Namespace) -> int:
    """Prove that history is whole."""
    from muster.config import keeping

    prepare()
    return keeping.verify(asked)


def keys(asked: argparse.Namespace) -> int:
    """Make the keys of a new installation."""
    from muster.config import keeping, surroundings

    surroundings.read_file()
    return keeping.make_keys(asked)


def manage(asked: argparse.Namespace) -> int:
    """Django's own commands."""
    from muster.config import surroundings

    surroundings.read_file()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["muster manage", *asked.rest])
    return 0


def prepare() -> None:
    """Read the environment file and load the apps."""
    from muster.config import surroundings

    surroundings.read_file()
    surroundings.set_up()


def port(text: str) -> int:
    """A port number."""
    with contextlib.suppress(ValueError):
        number = int(text)
        if 1 <= number <= 65535:
            return number
    raise argparse.ArgumentTypeError(f"{text} is not a port: give a number from 1 to 65535")


def pupils(text: str) -> int:
    """How many pupils the demo may have."""
    with contextlib.suppress(ValueError):
        number = int(text)
        if 1 <= number <= 10_000:
            return number
    raise argparse.ArgumentTypeError(f"{text} is not a number of pupils from 1 to 10000")


def parser() -> argparse.ArgumentParser:
    """Every subcommand and option."""
    from muster import __version__

    top = argparse.ArgumentParser(prog="muster", description="The electronic markbook of a school.")
    top.add_argument("--version", action="version", version=f"Muster {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, handler: Handler, says: str, *, as_json: bool = False) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=says, description=says)
        one.set_defaults(handler=handler)
        if as_json:
            one.add_argument("--json", action="store_true", help="answer in JSON, for a script")
        return one

    one = command("serve", serve, "Serve this installation.")
    one.add_argument("--host", metavar="NAME", help="the host name people type, such as muster.school.example")
    one.add_argument("--port", type=port, help="the port to listen at")
    one.add_argument("--bind", metavar="ADDRESS", help="the network address to listen at (127.0.0.1)")
    one.add_argument("--behind-proxy", metavar="ADDRESS", help="the address of the proxy that does TLS")
    one.add_argument("--certificate", metavar="FILE", help="the school's certificate, with its chain (PEM)")
    one.add_argument("--key", metavar="FILE", help="the certificate's private key (PEM)")
    one.add_argument("--workers", type=int, choices=range(1, 17), metavar="N", help="processes that answer (1 or 2)")

    one = command("demo", demo, "Serve an invented trust to look at, with a sign-in for each role.")
    one.add_argument("--port", type=port, default=8765, help="the port to listen at (8765)")
    one.add_argument("--data", metavar="DIR", help="the folder it keeps its data in")
    one.add_argument("--pupils", type=pupils, default=None, metavar="N", help="how many pupils to plant (210)")
    one.add_argument("--reload", action="store_true", help="start again whenever the code changes")

    one = command(
        "user", user, "Let the first administrator in, or somebody who is locked out, by a link that works once."
    )
    one.add_argument("address", help="the e-mail address they sign in with")
    one.add_argument("--name", default="", help="their name")
    one.add_argument("--school", metavar="NAME", help="the school, by its short name in addresses")
    one.add_argument("--school-name", metavar="NAME", help="the school's full name, for a new installation")
    one.add_argument(
        "--first-administrator", action="store_true", help="for a new installation: makes the trust and school as well"
    )
    one.add_argument("--recover", action="store_true", help="for somebody known who lost their password")
    one.add_argument(
        "--lost-second-factor",
        action="store_true",
        help="with --recover: take the lost second factor away, where no two colleagues could do it on screen",
    )
    one.add_argument("--json", action="store_true", help="answer in JSON, for a script")

    one = command("import", import_file, "Bring in pupils, staff and classes, or objectives.", as_json=True)
    one.add_argument("file", metavar="FILE|FOLDER|ZIP")
    one.add_argument(
        "--as",
        dest="kind",
        default="",
        metavar="KIND",
        help="what the file is, where Muster does not see it: classlist, stafflist, objectives, oneroster…",
    )
    one.add_argument("--school", metavar="NAME", help="the school, by its short name in addresses or its full name")
    one.add_argument(
        "--dry-run",
        action="store_true",
        help="show the plan and change nothing; where nothing is installed, against an empty school",
    )

    one = command("backup", backup, "Copy data, key store and files, each locked with the backup key.", as_json=True)
    one.add_argument("--to", metavar="DIR", help="the folder to copy into (MUSTER_BACKUPS)")

    one = command("restore", restore, "Put a backup into an empty data folder.", as_json=True)
    one.add_argument("backup", metavar="BACKUP", help="the backup of the data")
    one.add_argument("--key-store", metavar="BACKUP", help="the backup of the key store (the newest)")
    one.add_argument("--into", metavar="DIR", help="the empty folder to put it in (MUSTER_DATA)")

    command("upgrade", upgrade, "Back up, change the tables to this version's, check, or put all back.", as_json=True)

    one = command("certificate", certificate, "Make a certificate of the school's own, or renew it.")
    one.add_argument("--host", metavar="NAME", help="the host name people type (MUSTER_HOST)")
    one.add_argument("--folder", metavar="DIR", help="where to keep it (/etc/muster/tls)")
    one.add_argument("--authority-name", default="", metavar="NAME", help="what phones call it: Ashgrove School Muster")
    one.add_argument("--renew", action="store_true", help="a new server certificate from the same authority")

    command("doctor", doctor, "Say in plain words whether this installation is sound.", as_json=True)
    command("verify", verify, "Prove that nobody has changed history.", as_json=True)
    command("keys", keys, "Make the keys of a new installation.")

    one = commands.add_parser("manage")
    one.add_argument("rest", nargs=argparse.REMAINDER)
    one.set_defaults(handler=manage)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and answer its exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    asked = (
        argparse.Namespace(handler=manage, rest=given[1:]) if given[:1] == ["manage"] else parser().parse_args(given)
    )
    try:
        code: int = asked.handler(asked)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever was reading has gone; Python would complain once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return refusal.code
    except Exception as problem:
        sentence = plain_words(problem)
        if sentence is None:
            raise
        print(sentence, file=sys.stderr)
        # An import that could not begin read nothing; 1 would say that some rows were refused.
        return 2 if asked.handler is import_file else 1
    return code


def plain_words(problem: Exception) -> str | None:
    """The sentence to print for a problem somebody can put right; None for a fault in Muster itself."""
    from muster.privacy.keys import KeyProblem

    known: tuple[type[Exception], ...] = (KeyProblem,)
    if "django" in sys.modules:
        from django.core.exceptions import ImproperlyConfigured

        known = (KeyProblem, ImproperlyConfigured)
    if "muster.privacy.soundness" in sys.modules:
        from muster.privacy.soundness import Unsound

        known = (*known, Unsound)
    return str(problem) if isinstance(problem, known) else None
