"""Pages of attendance. Each module is one subject."""

from muster.attendance.views.register import register, register_now, registers

__all__ = ["register", "register_now", "registers"]
