"""OneRoster CSV packages, 1.1 and 1.2, and School Data Sync 2.1, which is the same with fewer columns."""

from muster.exchange.formats import Format, offer
from muster.exchange.oneroster.read import read, recognises

offer(Format("oneroster", "OneRoster 1.1 or 1.2, or School Data Sync 2.1", recognises, read))
