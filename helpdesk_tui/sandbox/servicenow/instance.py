"""Puts an instance together: which tables there are."""

from __future__ import annotations

from helpdesk_tui.sandbox.model import World
from helpdesk_tui.sandbox.servicenow import history_tables, meta_tables, on_call, role_tables, sla_tables
from helpdesk_tui.sandbox.servicenow.identity import Identity
from helpdesk_tui.sandbox.servicenow.people_tables import PeopleTables
from helpdesk_tui.sandbox.servicenow.tables import Instance, Settings, Table
from helpdesk_tui.sandbox.servicenow.ticket_fields import TicketFields
from helpdesk_tui.sandbox.servicenow.ticket_table import TicketTable
from helpdesk_tui.sandbox.servicenow.views import Views


def build_instance(world: World, settings: Settings) -> Instance:
    """The instance that shows this world."""
    instance = Instance(world, Identity(world.seed), settings)
    views, fields = Views(world.desk("servicenow")), TicketFields(instance)
    engine = sla_tables.SlaEngine(instance)
    tables: list[Table] = [
        TicketTable("task", fields.base(), None, instance, views),
        TicketTable("incident", fields.incident(), "incident", instance, views),
        TicketTable("sc_req_item", fields.item(), "request", instance, views),
        TicketTable("sc_task", fields.catalog_task(), "task", instance, views),
        TicketTable("problem", fields.problem(), "problem", instance, views),
        *PeopleTables(instance).all(),
        *role_tables.role_tables(instance),
        sla_tables.task_sla(instance, engine),
        sla_tables.contract_sla(instance, engine.definitions),
        sla_tables.cmn_schedule(instance),
        on_call.time_off(instance),
        history_tables.journal(instance),
        history_tables.audit(instance),
        history_tables.audit_delete(instance),
        meta_tables.sys_choice(instance),
        meta_tables.sys_properties(instance),
        meta_tables.sys_dictionary(instance),
        meta_tables.sys_db_object(instance),
    ]
    instance.tables = {table.name: table for table in tables}
    return instance
