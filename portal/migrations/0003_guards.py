# Written by `bin/manage makeguards` from the declared transitions and seals; do not edit by hand.
from django.db import migrations

from portal.kernel.guards import guard_table, seal_table, unguard_table, unseal_table, write_edges

GUARDS = {
    'portal.accountchange': ('portal_accountchange', 'REQUESTED', ''),
    'portal.logcontinuation': ('portal_logcontinuation', 'PROPOSED', ''),
    'portal.calendarchange': ('portal_calendarchange', 'PROPOSED', ''),
}

EDGES = {
    'portal.accountchange': [
        ('', 'PROPOSED', 'carry_out', 'CARRIED_OUT'),
        ('', 'PROPOSED', 'drop', 'DROPPED'),
        ('', 'REQUESTED', 'drop', 'DROPPED'),
        ('', 'REQUESTED', 'take_up', 'PROPOSED'),
    ],
    'portal.logcontinuation': [
        ('', 'PROPOSED', 'carry_on', 'SIGNED'),
        ('', 'PROPOSED', 'drop', 'DROPPED'),
    ],
    'portal.calendarchange': [
        ('', 'PROPOSED', 'drop', 'DROPPED'),
        ('', 'PROPOSED', 'put_in_force', 'IN_FORCE'),
    ],
}

SEALS = {'portal_signoff': {'always': ['digest',
                               'facts',
                               'id',
                               'model',
                               'note',
                               'object_ids',
                               'office',
                               'proposed_at',
                               'proposer_id',
                               'verb'],
                    'in_state': {'RETURNED': ['answer', 'state'], 'SIGNED': ['answer', 'state']},
                    'key': 'id',
                    'once': ['signed_at', 'signer_id'],
                    'table': 'portal_signoff'},
 'portal_storedfile': {'always': ['id',
                                  'name',
                                  'owner_id',
                                  'owner_model',
                                  'sha256',
                                  'size',
                                  'sm3',
                                  'uploaded_at',
                                  'uploaded_by_id'],
                       'in_state': {},
                       'key': 'id',
                       'once': [],
                       'table': 'portal_storedfile'}}


class Migration(migrations.Migration):
    dependencies = [('portal', '0002_guards')]
    operations = [
        migrations.RunSQL(guard_table('portal_accountchange', 'portal.accountchange', 'REQUESTED', ''), unguard_table('portal_accountchange')),
        migrations.RunSQL(guard_table('portal_logcontinuation', 'portal.logcontinuation', 'PROPOSED', ''), unguard_table('portal_logcontinuation')),
        migrations.RunSQL(guard_table('portal_calendarchange', 'portal.calendarchange', 'PROPOSED', ''), unguard_table('portal_calendarchange')),
        migrations.RunSQL(write_edges('portal.accountchange', EDGES['portal.accountchange']), migrations.RunSQL.noop),
        migrations.RunSQL(write_edges('portal.logcontinuation', EDGES['portal.logcontinuation']), migrations.RunSQL.noop),
        migrations.RunSQL(write_edges('portal.calendarchange', EDGES['portal.calendarchange']), migrations.RunSQL.noop),
        migrations.RunSQL(seal_table(**SEALS['portal_signoff']), unseal_table('portal_signoff')),
        migrations.RunSQL(seal_table(**SEALS['portal_storedfile']), unseal_table('portal_storedfile')),
    ]
