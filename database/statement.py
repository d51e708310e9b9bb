"""Temporary: goes when every module uses db.session.execute."""

from typing import Any

from sqlalchemy import Integer, bindparam

from database.engines import UTCDateTime, db

AT = bindparam("now", type_=UTCDateTime)
PLACE = bindparam("place_id", type_=Integer)


class Statement:
    def __init__(self, statement: Any, bind: str | None = None, columns: Any = None):
        self.statement, self.bind = statement, bind

    def __call__(self, **values: Any) -> list[Any]:
        engine = db.engines[self.bind]
        statement = self.statement(engine.dialect.name) if callable(self.statement) else self.statement
        result = db.session.execute(statement, values, bind_arguments={"bind": engine})
        return list(result) if getattr(result, "returns_rows", True) else []


def once_a_dialect(build: Any) -> Any:
    return build
