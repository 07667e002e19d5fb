"""A program that reads what somebody sent, run in a process of its own with little memory and little time.

A picture or a workbook is a program for whoever decodes it. So it is decoded in a child that knows no key and no database,
that may not grow, write a file or run on, and whose death costs one sentence.

This file is both ends. `Child.run` starts it; in the child it makes the house small and goes on with the program. So
nothing of Muster or of Django is imported here: it starts for every file.
"""

import gc
import os
import resource
import runpy
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Timer


class Fell(Exception):
    """The child came to nothing. `too_long`: because its time was over; else it grew too large, or broke."""

    def __init__(self, *, too_long: bool) -> None:
        super().__init__("too long" if too_long else "too large, or broken")
        self.too_long = too_long


@dataclass(frozen=True)
class Child:
    """A program, and what it may take: bytes of memory, seconds of work, seconds in all, bytes of answer.

    One at a time of each program: the machine that keeps a school's registers has little to spare.
    """

    program: Path
    memory: int
    seconds: int
    patience: int
    most_said: int
    _turn: Lock = field(default_factory=Lock, repr=False, compare=False)

    def run(self, sent: bytes) -> bytes:
        """What the program answers to `sent`, waiting for its turn apart within `patience`. Raises `Fell`."""
        limits = [str(number) for number in (self.memory, self.seconds)]
        # Handed over in memory that has no name, so that neither end waits for the other.
        with self._turn, os.fdopen(os.memfd_create("sent"), "w+b") as handed:
            handed.write(sent)
            handed.seek(0)
            # Nothing of this process goes with it: its surroundings hold the keys of the installation.
            with subprocess.Popen(
                [sys.executable, "-I", __file__, str(self.program), *limits],
                stdin=handed,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
            ) as child:
                clock = Timer(self.patience, child.kill)
                clock.start()
                answer = child.stdout.read(self.most_said + 1) if child.stdout else b""
                if len(answer) > self.most_said:
                    child.kill()
                ended = child.wait()
                clock.cancel()
        if ended:
            raise Fell(too_long=ended in {-signal.SIGXCPU, -signal.SIGKILL} and len(answer) <= self.most_said)
        return answer


def small_house(memory: int, seconds: int) -> None:
    """Take no more than was given, write no file, and leave no trace of a fall."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # One second more to the hard limit, so that the end is told from one by somebody else.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    # It ends before there is anything to tidy up.
    gc.disable()
    small_house(*(int(text) for text in sys.argv[2:4]))
    runpy.run_path(sys.argv[1], run_name="__main__")
