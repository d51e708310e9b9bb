"""A property that is found out once."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Value = TypeVar("Value")


class once(Generic[Value]):  # a decorator, as `property` is
    """As `functools.cached_property`, which before Python 3.12 has one lock for all instances. A second look costs what any attribute
    does."""

    def __init__(self, find: Callable[[Any], Value]):
        self.find = find
        self.__doc__ = find.__doc__

    def __set_name__(self, _owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> "once[Value]": ...
    @overload
    def __get__(self, instance: object, owner: type) -> Value: ...
    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is None:
            return self
        value = instance.__dict__[self.name] = self.find(instance)
        return value
