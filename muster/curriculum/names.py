"""Refusals about names and places that every action of curriculum shares."""


class NameTaken(ValueError):
    """Another one beside it already has that name; the sentence says which."""


class NameMissing(ValueError):
    """Something needs a name and has none."""


class OtherFramework(ValueError):
    """Two things that should belong together stand in different frameworks."""


class InUse(ValueError):
    """It cannot be retired while something rests on it; the sentence says what."""
