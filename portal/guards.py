"""The database's own guard: triggers that refuse what did not come through `perform`, and any change
to the trail. `makeguards` writes the migration of each app from the declared transitions.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models

from portal.workflow import verbs_of

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
"""
DROP_FUNCTIONS = """
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


def unguard_table(table: str) -> str:
    return f"DROP TRIGGER {table}_event ON {table}; DROP TRIGGER {table}_guard ON {table};"


def edges_of(model: type[models.Model]) -> list[tuple[str, str, str, str]]:
    """(procedure, source, verb, target) of every declared transition, for the trigger's table."""
    procedures: Iterable[str] = [""]
    if _has_procedure(model):
        procedures = [value for value, _ in model._meta.get_field("procedure").choices]
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
        "initial": str(model._meta.get_field("state").default),
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
