"""Making very many values at once."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_inside = 0
_works = True
_lock = threading.Lock()


@contextmanager
def many_at_once() -> Iterator[None]:
    """Keep Python's collector of cycles still while a file becomes values, which hold none.

    Each of its full rounds looks at all there is: with the rows of a large roster in memory they take as long as reading
    it. Several threads may be inside; it works again once the last has left.
    """
    global _inside, _works
    with _lock:
        _works = _works if _inside else gc.isenabled()
        _inside += 1
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside and _works:
                gc.enable()
