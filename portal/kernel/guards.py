"""The database's own guard: triggers that refuse what did not come through `perform`, and any change
to the trail. `makeguards` writes the migration of each app from the declared transitions.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.db import models

from portal.kernel.workflow import column_of, verbs_of

CREATE_FUNCTIONS = """
CREATE FUNCTION portal_guard_state() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  mark text := coalesce(current_setting('portal.transition', true), '');
  run_verb text := split_part(mark, ':', 1);
  run_procedure text := '';
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> TG_ARGV[1] THEN
      RAISE EXCEPTION 'portal: % must begin as %, not %', TG_ARGV[0], TG_ARGV[1], NEW.state
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.state IS NOT DISTINCT FROM OLD.state AND NEW.state_event IS NOT DISTINCT FROM OLD.state_event THEN
    RETURN NEW;
  END IF;
  IF TG_ARGV[2] <> '' THEN
    run_procedure := coalesce(to_jsonb(NEW) ->> TG_ARGV[2], '');
  END IF;
  IF mark = '' OR NEW.state_event IS DISTINCT FROM nullif(split_part(mark, ':', 2), '')::uuid THEN
    RAISE EXCEPTION 'portal: state of % changed outside perform()', TG_ARGV[0] USING ERRCODE = 'check_violation';
  END IF;
  IF NOT EXISTS (
    SELECT 1 FROM portal_stateedge e
    WHERE e.model = TG_ARGV[0] AND e.procedure = run_procedure AND e.source = OLD.state
      AND e.verb = run_verb AND e.target = NEW.state
  ) THEN
    RAISE EXCEPTION 'portal: % has no edge % --%--> %', TG_ARGV[0], OLD.state, run_verb, NEW.state
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION portal_demand_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM portal_auditevent WHERE uuid = NEW.state_event) THEN
    RAISE EXCEPTION 'portal: state of % changed without an audit event', TG_ARGV[0]
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION portal_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'portal: % is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;

-- TG_ARGV: columns sealed from the beginning, columns filled in once, {state: columns that stand still in it}
CREATE FUNCTION portal_guard_seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  was jsonb := to_jsonb(OLD);
  becomes jsonb;
  name text;
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'portal: rows of % are kept', TG_TABLE_NAME USING ERRCODE = 'check_violation';
  END IF;
  becomes := to_jsonb(NEW);
  FOR name IN
    SELECT c FROM unnest(string_to_array(TG_ARGV[0], ',')) c
    UNION ALL
    SELECT c FROM unnest(string_to_array(TG_ARGV[1], ',')) c WHERE was -> c <> 'null'::jsonb
    UNION ALL
    SELECT c FROM jsonb_array_elements_text(TG_ARGV[2]::jsonb -> coalesce(was ->> 'state', '')) c
      WHERE c = 'state' OR was ->> 'state' = becomes ->> 'state'
  LOOP
    IF was -> name IS DISTINCT FROM becomes -> name THEN
      RAISE EXCEPTION 'portal: %.% is sealed', TG_TABLE_NAME, name USING ERRCODE = 'check_violation';
    END IF;
  END LOOP;
  RETURN NEW;
END $$;

CREATE FUNCTION portal_row_digest(content jsonb, names text[], salt uuid) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT encode(sha256(convert_to(
    salt::text || chr(10) || (SELECT jsonb_object_agg(c, content -> c) FROM unnest(names) c)::text, 'UTF8'
  )), 'hex')
$$;

-- TG_ARGV: as above, and the key's column last. Moments in the digest are in UTC whoever writes.
CREATE FUNCTION portal_write_seal() RETURNS trigger LANGUAGE plpgsql SET timezone = 'UTC' AS $$
DECLARE
  was jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD) ELSE '{}'::jsonb END;
  becomes jsonb := to_jsonb(NEW);
  part record;
  salt uuid;
BEGIN
  FOR part IN
    SELECT string_to_array(TG_ARGV[0], ',') AS names, '' AS held
      WHERE TG_OP = 'INSERT' AND TG_ARGV[0] <> ''
    UNION ALL
    SELECT ARRAY[c], '' FROM unnest(string_to_array(TG_ARGV[1], ',')) c
      WHERE becomes -> c <> 'null'::jsonb AND coalesce(was -> c, 'null'::jsonb) = 'null'::jsonb
    UNION ALL
    SELECT (SELECT array_agg(c) FROM jsonb_array_elements_text(s.value) c), s.key
      FROM jsonb_each(TG_ARGV[2]::jsonb) s
      WHERE becomes ->> 'state' = s.key AND was ->> 'state' IS DISTINCT FROM s.key
  LOOP
    salt := gen_random_uuid();
    INSERT INTO portal_seal ("table", "row", columns, while_state, salt, digest, made_at) VALUES (
      TG_TABLE_NAME, becomes ->> TG_ARGV[3], part.names, part.held, salt,
      portal_row_digest(becomes, part.names, salt), clock_timestamp()
    );
  END LOOP;
  RETURN NULL;
END $$;
"""
DROP_FUNCTIONS = """
DROP FUNCTION portal_write_seal() CASCADE;
DROP FUNCTION portal_row_digest(jsonb, text[], uuid) CASCADE;
DROP FUNCTION portal_guard_seal() CASCADE;
DROP FUNCTION portal_refuse_change() CASCADE;
DROP FUNCTION portal_demand_event() CASCADE;
DROP FUNCTION portal_guard_state() CASCADE;
"""


def append_only(table: str) -> str:
    """SQL that makes a table append-only, for the owner as for the application's role."""
    return f"""
    CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
      FOR EACH ROW EXECUTE FUNCTION portal_refuse_change();
    CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
      FOR EACH STATEMENT EXECUTE FUNCTION portal_refuse_change();
    DO $$ BEGIN
      IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM portal_app;
      END IF;
    END $$;
    """


def keep_for(table: str, days: int) -> str:
    """SQL that makes a table's rows unchangeable, and undeletable before so many days have passed."""
    return f"""
    CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table}
      FOR EACH ROW EXECUTE FUNCTION portal_refuse_change();
    CREATE TRIGGER {table}_kept BEFORE DELETE ON {table}
      FOR EACH ROW WHEN (OLD.at > now() - interval '{days} days') EXECUTE FUNCTION portal_refuse_change();
    CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
      FOR EACH STATEMENT EXECUTE FUNCTION portal_refuse_change();
    DO $$ BEGIN
      IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
        REVOKE UPDATE, TRUNCATE ON {table} FROM portal_app;
      END IF;
    END $$;
    """


def read_only(table: str) -> str:
    """SQL that leaves the application's role reading rights only."""
    return f"""
    DO $$ BEGIN
      IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
        REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM portal_app;
      END IF;
    END $$;
    """


def guard_table(table: str, label: str, initial: str, procedure_column: str = "") -> str:
    """SQL that puts the state triggers on a table."""
    return f"""
    CREATE TRIGGER {table}_guard BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW
      EXECUTE FUNCTION portal_guard_state('{label}', '{initial}', '{procedure_column}');
    CREATE CONSTRAINT TRIGGER {table}_event AFTER UPDATE OF state ON {table}
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
      EXECUTE FUNCTION portal_demand_event('{label}');
    """


def seal_table(
    table: str, key: str, always: list[str], once: list[str], in_state: dict[str, list[str]]
) -> str:
    """SQL that puts the triggers of sealed columns on a table; its rows can't be deleted by anybody."""
    columns = ", ".join(f"'{part}'" for part in (",".join(always), ",".join(once), json.dumps(in_state)))
    return f"""
    CREATE TRIGGER {table}_sealed BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW
      EXECUTE FUNCTION portal_guard_seal({columns});
    CREATE TRIGGER {table}_seal AFTER INSERT OR UPDATE ON {table} FOR EACH ROW
      EXECUTE FUNCTION portal_write_seal({columns}, '{key}');
    CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
      FOR EACH STATEMENT EXECUTE FUNCTION portal_refuse_change();
    DO $$ BEGIN
      IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
        REVOKE DELETE, TRUNCATE ON {table} FROM portal_app;
      END IF;
    END $$;
    """


def unseal_table(table: str) -> str:
    return f"""
    DROP TRIGGER {table}_no_truncate ON {table};
    DROP TRIGGER {table}_seal ON {table};
    DROP TRIGGER {table}_sealed ON {table};
    """


def unguard_table(table: str) -> str:
    return f"DROP TRIGGER {table}_event ON {table}; DROP TRIGGER {table}_guard ON {table};"


def edges_of(model: type[models.Model]) -> list[tuple[str, str, str, str]]:
    """(procedure, source, verb, target) of every declared transition, for the trigger's table."""
    procedures: Iterable[str] = [""]
    if _has_procedure(model):
        procedures = [value for value, _ in column_of(model, "procedure").choices]
    return sorted(
        (procedure, str(source), verb.name, str(verb.target(procedure)))
        for verb in verbs_of(model).values()
        for procedure in procedures
        if verb.applies_to(procedure)
        for source in verb.sources
    )


def _has_procedure(model: type[models.Model]) -> bool:
    return any(field.name == "procedure" and field.choices for field in model._meta.fields)


def describe_guard(model: type[models.Model]) -> dict:
    return {
        "table": model._meta.db_table,
        "label": model._meta.label_lower,
        "initial": str(column_of(model, "state").default),
        "procedure_column": "procedure" if _has_procedure(model) else "",
        "edges": edges_of(model),
    }


def write_edges(label: str, edges) -> list[tuple[str, list]]:
    """The statements that replace the edges of a model (SQL: a function would have every model rendered)."""
    statements = [("DELETE FROM portal_stateedge WHERE model = %s", [label])]
    insert = (
        "INSERT INTO portal_stateedge (model, procedure, source, verb, target) VALUES (%s, %s, %s, %s, %s)"
    )
    return statements + [(insert, [label, *edge]) for edge in edges]
