# Written by `bin/manage makeguards` from the declared transitions; do not edit by hand.
from django.db import migrations

from portal.guards import guard_table, unguard_table, write_edges

GUARDS = {
    'portal.accountchange': ('portal_accountchange', 'PROPOSED', ''),
}

EDGES = {
    'portal.accountchange': [
        ('', 'PROPOSED', 'carry_out', 'CARRIED_OUT'),
        ('', 'PROPOSED', 'drop', 'DROPPED'),
    ],
}


class Migration(migrations.Migration):
    dependencies = [('portal', '0002_guards')]
    operations = [
        migrations.RunSQL(guard_table('portal_accountchange', 'portal.accountchange', 'PROPOSED', ''), unguard_table('portal_accountchange')),
        migrations.RunSQL(write_edges('portal.accountchange', EDGES['portal.accountchange']), migrations.RunSQL.noop),
    ]
