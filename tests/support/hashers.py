"""Passwords in tests: Argon2 as in use, with as little memory and time as it takes."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """Slowness is what protects a password, and what a suite with a thousand of them cannot have."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
