"""School Data Sync packages of Microsoft, first version, in its formats for the United Kingdom and elsewhere."""

from muster.exchange.formats import Format, offer
from muster.exchange.sds.read import read, recognises

offer(Format("sds", "Microsoft School Data Sync", recognises, read))
