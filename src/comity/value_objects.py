"""Objects that are what they say: equal when they say the same, hashable, picklable, and not to be changed.

The fields of our results are data frames, arrays and dictionaries, which compare element by element or have no hash.
`ByValue` compares them as wholes.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any, NoReturn, TypeVar

__all__ = ["ByValue", "FrozenDict", "same"]

_K = TypeVar("_K", bound=Hashable)
_V = TypeVar("_V")


def same(one: Any, other: Any) -> bool:
    """Say whether two values are the same: frames and arrays by content and type, and what is no number as itself.

    Examples
    --------
    >>> import numpy as np
    >>> same({"a": np.array([1.0, np.nan])}, {"a": np.array([1.0, np.nan])})
    True
    >>> same(np.array([1.0]), np.array([1]))
    False
    """
    if one is other:
        return True
    kind = _kind(one)
    if kind != _kind(other):
        return False
    if kind == "frame":
        return bool(list(one.schema.items()) == list(other.schema.items()) and one.equals(other))
    if kind == "series":
        return bool(one.name == other.name and one.dtype == other.dtype and one.equals(other))
    if kind == "array":
        return bool(one.dtype == other.dtype and one.shape == other.shape) and _equal_arrays(one, other)
    if kind == "sparse":
        return type(one) is type(other) and one.shape == other.shape and all(map(same, _parts(one), _parts(other)))
    if kind == "mapping":
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if kind == "sequence":
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    return bool(one == other) or (one != one and other != other)


class ByValue:
    """A frozen dataclass, declared with ``eq=False``, that is equal to another of its class whose fields say the same.

    Its dictionaries are frozen when it is made. Its hash is quick and equal for equals, not different for all others.
    Fields declared with ``compare=False`` do not count. What it has computed of itself is neither compared nor pickled.

    Examples
    --------
    >>> import pickle
    >>> from comity.casebook import load_theatre
    >>> theatre = load_theatre("eurasia")
    >>> pickle.loads(pickle.dumps(theatre)) == theatre == load_theatre("eurasia")
    True
    """

    __slots__ = ()

    def __post_init__(self) -> None:
        for one in fields(self):  # type: ignore[arg-type]
            held = getattr(self, one.name)
            if type(held) in (dict, MappingProxyType):
                object.__setattr__(self, one.name, FrozenDict(held))

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return all(map(same, _said(self), _said(other)))

    def __hash__(self) -> int:
        return hash((type(self), *map(_hash, _said(self))))

    def __getstate__(self) -> list[Any]:
        return [getattr(self, one.name) for one in fields(self)]  # type: ignore[arg-type]

    def __setstate__(self, state: list[Any]) -> None:
        for one, held in zip(fields(self), state, strict=True):  # type: ignore[arg-type]
            object.__setattr__(self, one.name, held)


class FrozenDict(dict[_K, _V]):
    """A dictionary that is not to be changed: hashable, picklable, and equal by `same`.

    Examples
    --------
    >>> frozen = FrozenDict(a=1)
    >>> {frozen: "found"}[FrozenDict({"a": 1})]
    'found'
    >>> frozen["a"] = 2
    Traceback (most recent call last):
        ...
    TypeError: this dictionary is not to be changed; make another: dict(...) | {...}
    """

    __slots__ = ()

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("this dictionary is not to be changed; make another: dict(...) | {...}")

    __setitem__ = __delitem__ = __ior__ = _refuse
    update = setdefault = pop = popitem = clear = _refuse

    def __eq__(self, other: object) -> bool:
        return same(self, other) if isinstance(other, Mapping) else NotImplemented

    def __ne__(self, other: object) -> bool:
        return not same(self, other) if isinstance(other, Mapping) else NotImplemented

    def __hash__(self) -> int:  # type: ignore[override]
        return _hash(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenDict, (dict(self),)

    def copy(self) -> FrozenDict[_K, _V]:
        """Return itself: it does not change."""
        return self


def _said(value: Any) -> list[Any]:
    """Return what an object says: its fields but for those declared with ``compare=False``, such as time spent."""
    return [getattr(value, one.name) for one in fields(value) if one.compare]


def _kind(value: Any) -> str:
    """Say how a value is compared, without loading the libraries that bring such values along."""
    if isinstance(value, Mapping):
        return "mapping"
    if isinstance(value, list | tuple) and not isinstance(value, ByValue):
        return "sequence"
    library, name = type(value).__module__.partition(".")[0], type(value).__name__
    known = {("polars", "DataFrame"): "frame", ("polars", "Series"): "series", ("numpy", "ndarray"): "array"}
    if library == "scipy" and hasattr(value, "nnz"):
        return "sparse"
    return known.get((library, name)) or ("array" if library == "jaxlib" else "")


def _equal_arrays(one: Any, other: Any) -> bool:
    import numpy as np

    return np.array_equal(one, other, equal_nan=np.asarray(one).dtype.kind in "fc")


def _parts(sparse: Any) -> Iterator[Any]:
    """Yield a sparse matrix's entries, row by row and in the order of columns."""
    own = sparse.tocsr(copy=True)
    own.sum_duplicates()
    yield from (own.indptr.astype("i8"), own.indices.astype("i8"), own.data)


def _hash(value: Any) -> int:
    kind = _kind(value)
    if kind == "mapping":
        return hash(frozenset((key, _hash(held)) for key, held in value.items()))
    if kind == "sequence":
        return hash(tuple(map(_hash, value)))
    if kind == "frame":
        return hash((value.shape, *value.columns))
    if kind in {"series", "array", "sparse"}:
        return hash(tuple(value.shape))
    if value != value:
        return 0
    try:
        return hash(value)
    except TypeError:
        return hash(type(value))
