"""Model fields whose value rests encrypted under the key of the person it is about.

The row says whose key that is: `sealing_key`, a UUID. A value is unsealed only when it is read, so a
query that never shows names never opens them. The additional data bound to each ciphertext is the model,
the field and the key (and `sealing_row`, where one person has many rows), so a value cannot be moved
from one field, row or person to another.
"""

import json
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast
from uuid import UUID

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from muster.people.doors import purpose, sealer


class HasKey(Protocol):
    """A row that can hold sealed values."""

    @property
    def sealing_key(self) -> UUID:
        """Whose key."""


class Sealed:
    """A ciphertext as it came from the database."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        """Hold `data` until somebody reads it."""
        self.data = data


class SealedAttribute(DeferredAttribute):
    """Unseals on first reading and remembers the plain value on the instance."""

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        """Return the plain value, or the field's descriptor when read from the class."""
        if instance is None:
            return self
        value = instance.__dict__.get(self.field.attname, self)
        if value is self:
            value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            value = cast(SealedField, self.field).unseal(instance, value.data)
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        """Keep what is set. Being here is what makes Python ask `__get__` before the instance's own dictionary."""
        instance.__dict__[self.field.attname] = value


if TYPE_CHECKING:
    AnyField = models.Field[Any, Any]
else:
    AnyField = models.Field


class SealedField(AnyField):
    """Base of the sealed fields. Only rows, never queries, can read or compare a sealed value."""

    descriptor_class = SealedAttribute
    empty_strings_allowed = False
    version: ClassVar[str] = "1"

    def get_internal_type(self) -> str:
        """Rest as bytes."""
        return "BinaryField"

    def aad(self, row: models.Model) -> str:
        """What the ciphertext is bound to."""
        place = f"{row._meta.label_lower}.{self.attname}:{cast(HasKey, row).sealing_key}:{self.version}"
        within = getattr(row, "sealing_row", None)
        return place if within is None else f"{place}:{within}"

    def encode(self, value: Any) -> bytes:
        """Plain value to bytes."""
        raise NotImplementedError

    def decode(self, plain: bytes) -> Any:
        """Bytes to plain value."""
        raise NotImplementedError

    def unseal(self, row: models.Model, data: bytes) -> Any:
        """Decrypt `data` as this field of `row`, where the declared purpose goes so far."""
        purpose().check_value(type(row), self.attname)
        return self.decode(sealer().unseal(cast(HasKey, row).sealing_key, self.aad(row), data))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        """Keep the ciphertext closed."""
        return None if value is None else Sealed(bytes(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Seal what has been set; pass on unread what has not."""
        value = model_instance.__dict__.get(self.attname)
        if value is None:
            return None
        if isinstance(value, Sealed):
            return value
        key = cast(HasKey, model_instance).sealing_key
        return Sealed(sealer().seal(key, self.aad(model_instance), self.encode(value)))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Hand the ciphertext to the driver; refuse plain text, which only a mistake can bring here."""
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise TypeError(f"{self} is sealed: set it on a row and save the row.")
        return connection.Database.Binary(value.data)

    def get_lookup(self, lookup_name: str) -> Any:
        """Allow only the question whether there is a value."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


class SealedText(SealedField):
    """Sealed text."""

    def encode(self, value: Any) -> bytes:
        """Text as UTF-8."""
        return str(value).encode()

    def decode(self, plain: bytes) -> str:
        """UTF-8 as text."""
        return plain.decode()


class SealedJSON(SealedField):
    """A sealed object of strings."""

    def encode(self, value: Any) -> bytes:
        """Compact JSON."""
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def decode(self, plain: bytes) -> Any:
        """JSON."""
        return json.loads(plain)


class SealedDate(SealedField):
    """A sealed date."""

    def encode(self, value: Any) -> bytes:
        """ISO 8601."""
        if not isinstance(value, date):
            raise TypeError(f"{self} takes a date, not {value!r}.")
        return value.isoformat().encode()

    def decode(self, plain: bytes) -> date:
        """ISO 8601."""
        return date.fromisoformat(plain.decode())


class SealedBytes(SealedField):
    """Sealed bytes, such as a picture."""

    def encode(self, value: Any) -> bytes:
        """As they are."""
        return bytes(value)

    def decode(self, plain: bytes) -> bytes:
        """As they are."""
        return plain
