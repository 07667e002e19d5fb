"""Muster: software a school runs on its own machine to know every pupil."""

__version__ = "0.1.0"
