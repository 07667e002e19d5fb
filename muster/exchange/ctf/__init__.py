"""Common Transfer Files, by which schools in England and Wales send a child's record along."""

from muster.exchange.ctf.read import read, recognises
from muster.exchange.formats import Format, offer

offer(Format("ctf", "Common Transfer File", recognises, read))
