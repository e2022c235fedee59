"""Converts JSON values to the values of Spark's types, without loss.

A value that does not fit its column is an error; it is never rounded, cut or made null to fit.
Strings take every value, numbers and objects as their JSON text. Numbers may also be JSON strings
(`"12.3"`), since some APIs write them so. A fraction becomes the nearest double or float; a whole
number must be exactly representable. A timestamp needs a zone, a timestamp_ntz may not have one,
and both take at most six fractional digits.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any, Optional

from .._errors import OptionError
from .._exact_json import Exact, write
from .._json_types import Json
from .._options import shown
from .variant import require_variant, to_variant

# A converter takes a value and, with schemaDrift=null, the list of places it made null.
Nulled = Optional[list[str]]
Converter = Callable[[Any, Nulled], Any]

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?\Z", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)\Z", re.ASCII)
_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?"
    r"\s?(?:([Zz])|([+-])(\d\d):?(\d\d)?)?\Z",
    re.ASCII,
)
_BITS = {"byte": 8, "short": 16, "integer": 32, "long": 64}
# No Spark type holds more digits before or after the decimal point.
_MOST_DIGITS = 400
_NO_SHIFT = timedelta(0)
_NOT_NULL = "null or missing, in a column that is NOT NULL"


class Misfit(Exception):
    """A value does not fit its type. `path` is its place in the record."""

    def __init__(self, problem: str, path: str = "") -> None:
        super().__init__(problem)
        self.problem, self.path = problem, path

    def under(self, step: str) -> Misfit:
        joint = "" if not self.path or self.path.startswith("[") else "."
        return Misfit(self.problem, f"{step}{joint}{self.path}")


def converter(kind: Any, where: str, blank_is_null: bool = False) -> Converter:
    """The converter to a Spark type. Raises `OptionError` for types that JSON can't represent.

    With `blank_is_null`, for CSV, an empty text is null unless the type is string.
    """
    plain = _converter(kind, where, blank_is_null)
    if not blank_is_null or kind.typeName() == "string":
        return plain
    return lambda value, nulled: None if value == "" else plain(value, nulled)


def _converter(kind: Any, where: str, csv: bool) -> Converter:
    name = kind.typeName()
    if name == "struct":
        return struct_converter(kind, where, csv)
    if name == "array":
        return _array(kind, where, csv)
    if name == "map":
        return _map(kind, where, csv)
    if name == "decimal":
        return _decimal(kind.precision, kind.scale)
    if name in _BITS:
        return _integer(name, _BITS[name])
    if name == "variant":
        require_variant()
        return _variant
    if name == "boolean":
        return _boolean_text if csv else _boolean
    found = {
        "string": _string,
        "double": _double,
        "float": _float,
        "date": _date,
        "timestamp": _timestamp,
        "timestamp_ntz": _timestamp_ntz,
    }.get(name)
    if found is None:
        raise OptionError(
            f"rest: the schema's {where} is {kind.simpleString()}, which rest does not support; "
            "declare it string and cast it in Spark."
        )
    return found


def struct_converter(kind: Any, where: str, csv: bool = False) -> Converter:
    """Objects to dicts. A missing field becomes null; a field that the type lacks is dropped."""
    names = [field.name for field in kind.fields]
    if len(set(names)) < len(names):
        raise OptionError(f"rest: the schema's {where} has two fields with the same name.")
    fields = [
        (field.name, converter(field.dataType, f"{where}.{field.name}", csv), field.nullable)
        for field in kind.fields
    ]

    def convert(value: Json, nulled: Nulled) -> Any:
        if not isinstance(value, dict):
            raise _misfit(value, "an object")
        row: dict[str, Any] = {}
        # `_place` written inline: most of a read's time is spent here.
        for name, inner, nullable in fields:
            item = value.get(name)
            try:
                found = None if item is None else inner(item, nulled)
                if found is None and not nullable:
                    raise Misfit(_NOT_NULL)
            except Misfit as misfit:
                _allow_null(misfit, nullable, name, nulled)
                found = None
            row[name] = found
        return row

    return convert


def _place(value: Any, inner: Converter, nullable: bool, step: str, nulled: Nulled) -> Any:
    """Converts a value, or makes it null if that is wanted and allowed."""
    try:
        found = None if value is None else inner(value, nulled)
        if found is None and not nullable:
            raise Misfit(_NOT_NULL)
        return found
    except Misfit as misfit:
        _allow_null(misfit, nullable, step, nulled)
        return None


def _allow_null(misfit: Misfit, nullable: bool, step: str, nulled: Nulled) -> None:
    """Notes the place of a value that is made null. Raises if that is not wanted or allowed."""
    here = misfit.under(step)
    if nulled is None or not nullable:
        raise here from None
    nulled.append(here.path)


def _array(kind: Any, where: str, csv: bool) -> Converter:
    inner, nullable = converter(kind.elementType, f"{where}[]", csv), kind.containsNull

    def convert(value: Json, nulled: Nulled) -> Any:
        if not isinstance(value, list):
            raise _misfit(value, "an array")
        return [
            _place(item, inner, nullable, f"[{index}]", nulled) for index, item in enumerate(value)
        ]

    return convert


def _map(kind: Any, where: str, csv: bool) -> Converter:
    if kind.keyType.typeName() != "string":
        raise OptionError(f"rest: the schema's {where} must have keys of type string.")
    inner, nullable = converter(kind.valueType, f"{where}{{}}", csv), kind.valueContainsNull

    def convert(value: Json, nulled: Nulled) -> Any:
        if not isinstance(value, dict):
            raise _misfit(value, "an object")
        return {
            _string(key, None): _place(item, inner, nullable, key, nulled)
            for key, item in value.items()
        }

    return convert


def _misfit(value: Any, wanted: str, because: str = "") -> Misfit:
    text = value if isinstance(value, str) else _text_of(value)
    what = "text " if isinstance(value, str) and not isinstance(value, Exact) else ""
    return Misfit(f"{what}{shown(text)} is not {wanted}{because}")


def _text_of(value: Any) -> str:
    return write(value, True)


def _string(value: Any, nulled: Nulled) -> str:
    if type(value) is str and value.isascii():
        return value
    text = str(value) if isinstance(value, str) else _text_of(value)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Misfit("the text has half of a surrogate pair, which Spark can't hold") from None
    return text


def _boolean(value: Any, nulled: Nulled) -> bool:
    if isinstance(value, bool):
        return value
    raise _misfit(value, "true or false")


def _boolean_text(value: Any, nulled: Nulled) -> bool:
    found = {"true": True, "false": False}.get(value.lower() if isinstance(value, str) else value)
    if found is None:
        raise _misfit(value, "true or false")
    return found


def _number(value: Any, wanted: str) -> Decimal:
    """The exact value of a number, or of one written as text."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise _misfit(value, wanted)
    if isinstance(value, int):
        return Decimal(value)
    text = value if isinstance(value, str) else repr(value)
    if not _NUMBER.match(text):
        raise _misfit(value, wanted)
    try:
        return Decimal(text)
    except InvalidOperation:
        raise _misfit(value, wanted, ": its exponent is out of range") from None


def _integer(name: str, bits: int) -> Converter:
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    wanted = f"a whole number of {bits} bits ({name})"

    def convert(value: Any, nulled: Nulled) -> int:
        if type(value) is int:
            if low <= value <= high:
                return value
            raise _misfit(value, wanted)
        number = _number(value, wanted)
        if number.adjusted() > _MOST_DIGITS or number.adjusted() < -_MOST_DIGITS:
            whole = 0 if number == 0 else high + 1
        else:
            whole = int(number) if number == number.to_integral_value() else high + 1
        if not low <= whole <= high:
            raise _misfit(value, wanted)
        return whole

    return convert


def _double(value: Any, nulled: Nulled) -> float:
    if type(value) is float:
        return value
    number = _number(value, "a double")
    found = float(number)
    if math.isinf(found) or (found == 0 and number != 0):
        raise _misfit(value, "a double", ": it is out of range")
    _require_whole(value, number, found, "a double")
    return found


def _float(value: Any, nulled: Nulled) -> float:
    number = _number(value, "a float")
    try:
        (found,) = struct.unpack("<f", struct.pack("<f", float(number)))
    except OverflowError:
        found = math.inf
    if math.isinf(found) or (found == 0 and number != 0):
        raise _misfit(value, "a float", ": it is out of range")
    _require_whole(value, number, found, "a float")
    return float(found)


def _require_whole(value: Any, number: Decimal, found: float, wanted: str) -> None:
    # A whole number may be an id, which must not lose digits. Numbers with a point or exponent are
    # measures, which may be rounded to the nearest double.
    text = value if isinstance(value, str) else repr(value)
    if text.lstrip("-").isdigit() and Decimal(found) != number:
        raise _misfit(value, wanted, ": it would lose digits; declare it bigint or decimal")


def _decimal(precision: int, scale: int) -> Converter:
    wanted = f"a decimal({precision},{scale})"

    def convert(value: Any, nulled: Nulled) -> Decimal:
        number = _number(value, wanted)
        if number == 0:
            return Decimal(0).scaleb(-scale)
        if number.adjusted() >= precision - scale:
            raise _misfit(value, wanted, ": it has too many digits")
        _, digits, exponent = number.as_tuple()
        # Digits beyond the scale are allowed if they are all zero.
        extra = -int(exponent) - scale
        if extra > 0 and any(digits[-extra:] if extra <= len(digits) else digits):
            raise _misfit(value, wanted, ": it has too many digits after the point")
        return number

    return convert


def _variant(value: Any, nulled: Nulled) -> Any:
    try:
        return to_variant(value)
    except ValueError as error:
        raise Misfit(str(error)) from None


def _date(value: Any, nulled: Nulled) -> date:
    match = _DATE.match(value) if isinstance(value, str) else None
    try:
        if match:
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        pass
    raise _misfit(value, "a date as YYYY-MM-DD")


def _timestamp(value: Any, nulled: Nulled) -> datetime:
    moment, shift = _moment(value, "a timestamp in ISO 8601")
    if shift is None:
        raise _misfit(value, "a timestamp with a zone", "; declare it timestamp_ntz")
    moment = moment.replace(tzinfo=timezone.utc)
    try:
        return moment - shift if shift else moment
    except OverflowError:
        raise _misfit(value, "a timestamp in ISO 8601") from None


def _timestamp_ntz(value: Any, nulled: Nulled) -> datetime:
    moment, shift = _moment(value, "a timestamp in ISO 8601")
    if shift is not None:
        raise _misfit(value, "a timestamp without a zone", "; declare it timestamp")
    return moment


def _moment(value: Any, wanted: str) -> tuple[datetime, timedelta | None]:
    match = _TIME.match(value) if isinstance(value, str) else None
    if match is None:
        raise _misfit(value, wanted)
    year, month, day, hour, minute, second, fraction, zulu, sign, hours, minutes = match.groups()
    digits = fraction.rstrip("0") if fraction else ""
    if len(digits) > 6:
        raise _misfit(value, wanted, ": it has more than 6 fractional digits; declare it string")
    micros = int(digits.ljust(6, "0")) if digits else 0
    try:
        moment = datetime(
            int(year), int(month), int(day), int(hour), int(minute), int(second or 0), micros
        )
    except ValueError:
        raise _misfit(value, wanted) from None
    if zulu:
        return moment, _NO_SHIFT
    if not sign:
        return moment, None
    shift = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    if shift >= timedelta(hours=24) or int(minutes or 0) > 59:
        raise _misfit(value, wanted)
    return moment, -shift if sign == "-" else shift
