"""OpenAPI 3.1, true to the answers: made from the declarations that produce them."""

from dataclasses import dataclass
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from rest_framework import serializers

from . import listing, shapes
from .conditions import ALLOWED
from .shapes import Schema

ERRORS = {
    "400": "A value, a parameter or the body itself is not valid; `errors` names each.",
    "401": "Not signed in, or the token is not good any more.",
    "403": "The role lacks the permission, or its scope doesn't reach the record.",
    "404": "There is no such record, or none that the caller may see.",
    "405": "This address doesn't know the method.",
    "409": "A value is taken, or the state doesn't allow it.",
    "412": "`If-Match` is not the present revision.",
    "413": "The body is too large.",
    "415": "The body is of a kind that this address doesn't take.",
    "429": "Too many requests; `Retry-After` says when to come back.",
    "503": "The database or the storage doesn't answer; `Retry-After` says when to come back.",
}
MULTIPART = "multipart/form-data"
READING = ("400", "401", "403", "404", "405", "429", "503")
WRITING = (*READING, "409", "412", "413", "415")
PAGING = {
    "page": "Which page, from 1. A page past the end is empty.",
    "limit": f"Rows on a page, at most {listing.LARGEST_LIMIT}; more is cut to that.",
}


@dataclass(frozen=True)
class Contract:
    """What an operation of its own takes and answers; ``data`` None is no data.

    With ``files`` the body is multipart, and those of its parts are files. ``adds`` stands
    beside the fields of the record. ``answers`` replaces the answer of success, by status.
    ``repeatable`` ones answer 200 where what they make is there already; ``media`` is the
    type of an answer that is no JSON.
    """

    body: type[serializers.Serializer] | None = None
    data: Schema | None = None
    status: int = 200
    message: bool = False
    more: Schema | None = None
    query: tuple[tuple[str, str], ...] = ()
    optional_body: bool = False
    partial: bool = False
    files: tuple[str, ...] = ()
    adds: Schema | None = None
    answers: Schema | None = None
    repeatable: bool = False
    media: str = ""


def leave_out_aliases(endpoints: list) -> list:
    """Keep the addresses that an older client misspells out of the document."""
    aliases = ("/activitys", "/linkanalyticss", "/linkanalytics", "/link_analytics")
    return [row for row in endpoints if not row[0].removeprefix("/api/v1").startswith(aliases)]


class EnvelopeSchema(AutoSchema):
    """Describes the house's views: record viewsets by their entity, others by ``contract``."""

    @property
    def entity(self) -> Any:
        return getattr(self.view, "entity", None)

    @property
    def action(self) -> str:
        return getattr(self.view, "action", "") or ""

    @property
    def contract(self) -> Contract | None:
        contracts = getattr(self.view, "contracts", {})
        return contracts.get(self.method) or getattr(self.view, "contract", None)

    def get_operation_id(self) -> str:
        parts = [part for part in self.path.removeprefix("/api/v1/").split("/") if "{" not in part]
        verb = self.action or self.method.lower()
        if parts[-1].replace("-", "_") == verb:
            parts = parts[:-1]
        return "_".join([*parts, verb]).replace("-", "_").replace(".", "_")

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0]]

    def get_auth(self) -> list[Schema]:
        return [{"bearer": []}] if self.view.authentication_classes else []

    # -- parameters ------------------------------------------------------------------------

    def _get_parameters(self) -> list[Schema]:
        found = [
            {"in": "path", "name": name, "required": True, "schema": schema}
            for name, schema in self._path_parameters().items()
        ]
        query: dict[str, str] = {}
        if self.entity is not None and self.contract is None:
            query = self._query_parameters()
        elif self.contract:
            query = dict(self.contract.query)
        found += [self._query_parameter(name, text) for name, text in query.items()]
        if self.action in ("update", "partial_update", "destroy", "assign", "stage"):
            text = "The `ETag` of what the change is based on; 412 where it is stale."
            schema = {"type": "string"}
            found.append(
                {"in": "header", "name": "If-Match", "schema": schema, "description": text}
            )
        return found

    def _query_parameter(self, name: str, text: str) -> Schema:
        """Lists share most parameters, so each is written out once."""
        schema = {"in": "query", "name": name, "schema": {"type": "string"}, "description": text}
        owner = self.entity.model.__name__ if self.entity is not None else "Any"
        return self._named(f"{owner}.{name}", schema, kind=ResolvedComponent.PARAMETER)

    def _path_parameters(self) -> dict[str, Schema]:
        names = [part[1:-1] for part in self.path.split("/") if part.startswith("{")]
        return {name: shapes.UUID_TEXT if name == "id" else shapes.TEXT for name in names}

    def _query_parameters(self) -> dict[str, str]:
        match self.action:
            case "list" | "trash":
                return {**PAGING, **self._selection(), **self._filters()}
            case "stats_overview":
                return {"search": "All words, in any order.", **self._filters()}
            case "create":
                return getattr(self.view, "create_query", {})
            case "retrieve":
                return self._shape()
            case "history":
                return PAGING
            case "timeline":
                cursor = "The `next_cursor` of the page before."
                return {"limit": PAGING["limit"], "cursor": cursor}
            case "access":
                return {"user": "The id of the colleague to ask about."}
        return {}

    def _selection(self) -> dict[str, str]:
        columns = [name for name, column in self.entity.columns.items() if column.kind != "json"]
        return {
            "count": "`exact`, `none` or `estimate`: how `pagination.total` is found.",
            "sort": f"Comma list, `-` for descending. Fields: {', '.join(columns)}.",
            "search": "All words, in any order, whatever case and accents.",
            **self._shape(),
        }

    def _shape(self) -> dict[str, str]:
        return {
            "fields": "Comma list of the fields wanted.",
            "expand": f"Comma list of links to answer whole: {', '.join(self.entity.relations)}.",
        }

    def _filters(self) -> dict[str, str]:
        found = {}
        for name, column in self.entity.columns.items():
            values = f" One of: {', '.join(column.choices)}." if column.choices else ""
            operators = ", ".join(f"`{name}__{op}`" for op in ALLOWED[column.kind])
            found[name] = f"Equals; a comma list is any of.{values} Also: {operators}."
        for name, named in self.view.filterset_class.base_filters.items():
            found[name] = str(named.extra.get("help_text", ""))
        return found

    # -- bodies and answers ----------------------------------------------------------------

    def _get_request_body(self, direction: str = "request") -> Schema | None:
        if self.method not in ("POST", "PUT", "PATCH"):
            return None
        if self.contract:
            if self.contract.body is None:
                return None
            serializer = self.contract.body(context={"request": None})
            schema = shapes.body(serializer, partial=self.contract.partial)
            required = not self.contract.optional_body
            if self.contract.files:
                return {"content": {MULTIPART: shapes.form(schema, self.contract.files)}}
        elif self.entity is not None and self.action in ("create", "update", "partial_update"):
            partial = self.action != "create"
            name = f"{self.entity.model.__name__}{'Changes' if partial else 'Input'}"
            serializer = self.view.get_serializer_class()(context={"request": None})
            schema = self._named(name, shapes.body(serializer, partial=partial))
            required = True
        else:
            return None
        return {"content": {"application/json": {"schema": schema}}, "required": required}

    def _get_response_bodies(self, direction: str = "response") -> Schema:
        if self.contract and self.contract.answers:
            bodies = dict(self.contract.answers)
        else:
            status, schema = self._answer()
            bodies = {str(status): {"description": "Success.", **_json(schema)}}
            if self.contract and self.contract.repeatable:
                bodies["200"] = {"description": "It was there already.", **_json(schema)}
            if self.contract and self.contract.media:
                file = {"schema": {"type": "string", "format": "binary"}}
                bodies["200"]["content"] = {self.contract.media: file}
        error = _json(self._named("Error", shapes.ERROR))
        for number in READING if self.method == "GET" else WRITING:
            refusal = {"description": ERRORS[number], **error}
            bodies[number] = self._named(
                f"Refused{number}", refusal, kind=ResolvedComponent.RESPONSE
            )
        return bodies

    def _answer(self) -> tuple[int, Schema]:
        if contract := self.contract:
            data = contract.data
            if data is None and contract.more is None and self.entity is not None:
                data = self._record()
            if contract.adds:
                data = shapes.answered(self.entity, more=contract.adds)
            return contract.status, shapes.success(
                data, message=contract.message, **(contract.more or {})
            )
        match self.action:
            case "list" | "trash":
                rows = shapes.array(self._record(optional=True, deleted=self.action == "trash"))
                return 200, shapes.success(rows, pagination=shapes.PAGINATION)
            case "history":
                rows = shapes.array(self._named("HistoryRow", shapes.HISTORY_ROW))
                return 200, shapes.success(rows, pagination=shapes.PAGINATION)
            case "timeline":
                rows = shapes.array(self._named("TimelineRow", shapes.TIMELINE_ROW))
                return 200, shapes.success(rows, pagination=shapes.CURSOR_PAGINATION)
            case "stats_overview":
                return 200, shapes.success(shapes.overview(self.entity))
            case "access":
                return 200, shapes.success(self._named("Access", shapes.ACCESS))
            case "destroy":
                return 200, shapes.success(message=True)
            case "create":
                more = getattr(self.view, "create_more", {})
                return 201, shapes.success(self._record(), **more)
            case "retrieve":
                return 200, shapes.success(self._record(optional=True))
        return 200, shapes.success(self._record())

    def _record(self, *, optional: bool = False, deleted: bool = False) -> Schema:
        """A whole record; ``optional`` where ``fields`` may leave any out and ``expand`` adds."""
        name = self.entity.model.__name__
        figures = {} if deleted else shapes.derived(self.entity)
        whole = self._named(name, shapes.answered(self.entity, more=figures))
        if not optional:
            return whole
        properties = shapes.answered(self.entity, more=figures)["properties"]
        part = {
            key: {"type": ["object", "null"]} if key in self.entity.relations else schema
            for key, schema in properties.items()
        }
        if deleted:
            part |= {"deleted_at": shapes.MOMENT, "deleted_by": shapes.or_null(shapes.PERSON)}
        selected = {"type": "object", "properties": part, "additionalProperties": False}
        kind = "Deleted" if deleted else "Selected"
        return self._named(f"{name}{kind}", {**selected, "required": ["id"]})

    def _named(self, name: str, schema: Schema, *, kind: str = ResolvedComponent.SCHEMA) -> Schema:
        """Write a part of the document out once, under a name, and refer to it."""
        component = ResolvedComponent(name=name, type=kind, schema=schema, object=name)
        self.registry.register_on_missing(component)
        return component.ref


def _json(schema: Schema) -> Schema:
    return {"content": {"application/json": {"schema": schema}}}
