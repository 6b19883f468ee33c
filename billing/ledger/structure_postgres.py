"""What the ledger made in PostgreSQL, and what the catalog says is there now."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from sqlalchemy import Connection, Table

from betalningsansvar.billing.ledger.migrations import KEYED, NUMBERED, NUMBERED_IN_POSTGRES, postgres_functions
from betalningsansvar.billing.ledger.schema import METADATA

_ROW, _BEFORE, _INSERT, _DELETE, _UPDATE, _TRUNCATE = 1, 2, 4, 8, 16, 32

# Only what lies in the ledger's own schema and belongs to no extension.
_OWN = (
    "{0}.{1} = current_schema()::regnamespace "
    "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = {0}.oid AND d.deptype = 'e')"
)
_RELATIONS = (
    "SELECT CASE relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'view' ELSE 'relation' END, relname, "
    "concat(relkind, relpersistence, relrowsecurity, relforcerowsecurity) FROM pg_class c "
    f"WHERE {_OWN.format('c', 'relnamespace')} AND relkind NOT IN ('i', 't', 'c')"
)
_COLUMNS = (
    "SELECT 'column', concat(c.relname, '.', attname), concat(format_type(atttypid, atttypmod), ' ', attnotnull, ' ', "
    "pg_get_expr(adbin, adrelid), attgenerated, attidentity, "
    "(SELECT collname FROM pg_collation o WHERE o.oid = attcollation AND collname <> 'default')) "
    "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
    "LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum "
    f"WHERE attnum > 0 AND NOT attisdropped AND c.relkind = 'r' AND {_OWN.format('c', 'relnamespace')}"
)
# A foreign key is held by triggers of the server's own, which can be put out of play one by one.
_CONSTRAINTS = (
    "SELECT 'constraint', conname, concat(r.relname, ' ', pg_get_constraintdef(k.oid, true), "
    "(SELECT string_agg(tgenabled::text, '') FROM pg_trigger g WHERE g.tgconstraint = k.oid AND tgenabled <> 'O')) "
    "FROM pg_constraint k "
    f"JOIN pg_class r ON r.oid = conrelid WHERE contype <> 'n' AND {_OWN.format('r', 'relnamespace')}"
)
_INDEXES = (
    "SELECT 'index', i.relname, concat(t.relname, ' ', indisunique, indisvalid, ' ', "
    "(SELECT string_agg(pg_get_indexdef(x.indexrelid, n, true), ',') FROM generate_series(1, x.indnatts) n), "
    "pg_get_expr(indpred, indrelid)) FROM pg_index x JOIN pg_class i ON i.oid = indexrelid "
    f"JOIN pg_class t ON t.oid = indrelid WHERE {_OWN.format('t', 'relnamespace')} AND t.relkind = 'r'"
)
_TRIGGERS = (
    "SELECT 'trigger', tgname, concat(c.relname, ' ', tgtype, tgenabled, ' ', p.proname, tgnargs, "
    "pg_get_expr(tgqual, tgrelid), array_length(tgattr, 1)) FROM pg_trigger t "
    "JOIN pg_class c ON c.oid = tgrelid JOIN pg_proc p ON p.oid = tgfoid "
    f"WHERE NOT tgisinternal AND {_OWN.format('c', 'relnamespace')}"
)
_FUNCTIONS = (
    "SELECT 'function', proname, concat(l.lanname, prosecdef, pronargs, proconfig, prosrc) "
    "FROM pg_proc p JOIN pg_language l ON l.oid = prolang "
    f"WHERE starts_with(proname, 'ledger_') AND {_OWN.format('p', 'pronamespace')}"
)
_RULES = (
    "SELECT 'rule', w.rulename, '' FROM pg_rewrite w JOIN pg_class c ON c.oid = ev_class "
    f"WHERE c.relkind = 'r' AND {_OWN.format('c', 'relnamespace')} "
    "UNION ALL SELECT 'rule', polname, '' FROM pg_policy y JOIN pg_class c ON c.oid = polrelid "
    f"WHERE {_OWN.format('c', 'relnamespace')}"
)
# Where it says anything but this, for a database or a role, no guard guards in its sessions.
_SETTINGS = "SELECT 'setting', 'session_replication_role', current_setting('session_replication_role')"


def postgres_found(connection: Connection) -> Mapping[tuple[str, str], str]:
    """What the catalog has in the ledger's schema, by (kind, name)."""
    found: dict[tuple[str, str], str] = {}
    for query in (_RELATIONS, _COLUMNS, _CONSTRAINTS, _INDEXES, _TRIGGERS, _FUNCTIONS, _RULES, _SETTINGS):
        for kind, name, says in connection.exec_driver_sql(query):
            # A trigger's name is unique on its table only, so two of one name say two things.
            found[kind, name] = found.get((kind, name), "") + str(says)
    return found


@cache
def postgres_expected() -> Mapping[tuple[str, str], str]:
    """What the steps make, as `postgres_found` would tell it."""
    expected: dict[tuple[str, str], str] = {("setting", "session_replication_role"): "origin"}
    for table in METADATA.tables.values():
        expected |= _table(table)
    for name, body in postgres_functions().items():
        expected["function", name] = f"plpgsqlf0{body}"
    for table_name in (*NUMBERED, *KEYED):
        changed = _ROW | _BEFORE | _DELETE | _UPDATE
        expected["trigger", f"{table_name}_no_change"] = f"{table_name} {changed}O ledger_refuse00"
        expected["trigger", f"{table_name}_no_truncate"] = f"{table_name} {_BEFORE | _TRUNCATE}O ledger_refuse00"
    for table_name in NUMBERED_IN_POSTGRES:
        says = f"{table_name} {_ROW | _BEFORE | _INSERT}O ledger_{table_name}_next00"
        expected["trigger", f"{table_name}_next"] = says
    return expected


def _table(table: Table) -> dict[tuple[str, str], str]:
    name = table.name
    (key,) = table.primary_key.columns
    made = {
        ("table", name): "rpff",
        ("constraint", f"{name}_pkey"): f"{name} PRIMARY KEY ({key.name})",
        ("index", f"{name}_pkey"): f"{name} tt {key.name}",
    }
    for column in table.columns:
        kind = "text" if str(column.type) == "TEXT" else "bigint"
        default = ("''::text" if kind == "text" else "0") if column.system else ""
        made["column", f"{name}.{column.name}"] = f"{kind} {_letter(not column.nullable)} {default}"
        for target in column.foreign_keys:
            says = f"{name} FOREIGN KEY ({column.name}) REFERENCES {target.column.table.name}({target.column.name})"
            made["constraint", f"{name}_{column.name}_fkey"] = says
    for index in table.indexes:
        (column,) = index.columns
        made["index", str(index.name)] = f"{name} {_letter(index.unique)}t {column.name}"
    return made


def _letter(truth: object) -> str:
    return "t" if truth else "f"
