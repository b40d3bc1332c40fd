# Written by `bin/manage makeguards` from the declared transitions and seals; do not edit by hand.
from django.db import migrations

from portal.kernel.guards import guard_table, seal_table, unguard_table, unseal_table, write_edges

GUARDS = {
    'platforms.suspension': ('platforms_suspension', 'IN_FORCE', ''),
    'platforms.provincialtitle': ('platforms_provincialtitle', 'ACTIVE', ''),
    'platforms.designation': ('platforms_designation', 'ACTIVE', ''),
    'platforms.complaint': ('platforms_complaint', 'RECEIVED', ''),
    'platforms.importbatch': ('platforms_importbatch', 'PREVIEWED', ''),
    'platforms.organisationclaim': ('platforms_organisationclaim', 'OPEN', ''),
    'platforms.serviceposting': ('platforms_serviceposting', 'PUBLISHED', ''),
    'platforms.annualsummary': ('platforms_annualsummary', 'DUE', ''),
    'platforms.titleclaim': ('platforms_titleclaim', 'OPEN', ''),
}

EDGES = {
    'platforms.suspension': [
        ('', 'IN_FORCE', 'lift', 'LIFTED'),
    ],
    'platforms.provincialtitle': [
        ('', 'ACTIVE', 'end', 'ENDED'),
        ('', 'ACTIVE', 'renew', 'ACTIVE'),
        ('', 'ACTIVE', 'revoke', 'REVOKED'),
        ('', 'ACTIVE', 'take_back', 'UNDONE'),
    ],
    'platforms.designation': [
        ('', 'ACTIVE', 'end', 'ENDED'),
        ('', 'ACTIVE', 'expire', 'EXPIRED'),
        ('', 'ACTIVE', 'order_rectification', 'RECTIFYING'),
        ('', 'ACTIVE', 'renew', 'ACTIVE'),
        ('', 'ACTIVE', 'revoke', 'REVOKED'),
        ('', 'ACTIVE', 'surrender', 'SURRENDERED'),
        ('', 'ACTIVE', 'take_back', 'UNDONE'),
        ('', 'ENDED', 'take_back', 'UNDONE'),
        ('', 'EXPIRED', 'prolong', 'ACTIVE'),
        ('', 'EXPIRED', 'take_back', 'UNDONE'),
        ('', 'RECTIFYING', 'accept_rectification', 'ACTIVE'),
        ('', 'RECTIFYING', 'end', 'ENDED'),
        ('', 'RECTIFYING', 'expire', 'EXPIRED'),
        ('', 'RECTIFYING', 'renew', 'ACTIVE'),
        ('', 'RECTIFYING', 'revoke', 'REVOKED'),
        ('', 'RECTIFYING', 'surrender', 'SURRENDERED'),
        ('', 'RECTIFYING', 'take_back', 'UNDONE'),
        ('', 'REVOKED', 'take_back', 'UNDONE'),
        ('', 'SURRENDERED', 'take_back', 'UNDONE'),
    ],
    'platforms.complaint': [
        ('', 'RECEIVED', 'decline', 'DECLINED'),
        ('', 'RECEIVED', 'take_up', 'VERIFYING'),
        ('', 'VERIFYING', 'conclude', 'CONCLUDED'),
    ],
    'platforms.importbatch': [
        ('', 'APPLIED', 'undo', 'UNDONE'),
        ('', 'PREVIEWED', 'apply', 'APPLIED'),
        ('', 'PREVIEWED', 'discard', 'DISCARDED'),
    ],
    'platforms.organisationclaim': [
        ('', 'OPEN', 'admit', 'ADMITTED'),
        ('', 'OPEN', 'cancel', 'CANCELLED'),
        ('', 'OPEN', 'refuse', 'REFUSED'),
    ],
    'platforms.serviceposting': [
        ('', 'HIDDEN', 'restore', 'PUBLISHED'),
        ('', 'HIDDEN', 'withdraw', 'WITHDRAWN'),
        ('', 'PUBLISHED', 'hide', 'HIDDEN'),
        ('', 'PUBLISHED', 'withdraw', 'WITHDRAWN'),
    ],
    'platforms.annualsummary': [
        ('', 'DUE', 'file', 'FILED'),
        ('', 'FILED', 'acknowledge', 'ACKNOWLEDGED'),
        ('', 'FILED', 'send_back', 'RETURNED'),
        ('', 'RETURNED', 'file', 'FILED'),
    ],
    'platforms.titleclaim': [
        ('', 'OPEN', 'admit', 'ADMITTED'),
        ('', 'OPEN', 'cancel', 'CANCELLED'),
        ('', 'OPEN', 'refuse', 'REFUSED'),
    ],
}

SEALS = {'platforms_certificate': {'always': ['id',
                                      'issue',
                                      'issued_on',
                                      'organisation_name',
                                      'platform_name',
                                      'reason',
                                      'title_id'],
                           'in_state': {},
                           'key': 'id',
                           'once': ['file_id', 'superseded_on'],
                           'table': 'platforms_certificate'},
 'platforms_provincialcertificate': {'always': ['authority',
                                                'honour',
                                                'id',
                                                'issue',
                                                'issued_on',
                                                'organisation_name',
                                                'platform_name',
                                                'reason',
                                                'rules',
                                                'title_id',
                                                'valid_until'],
                                     'in_state': {},
                                     'key': 'id',
                                     'once': ['file_id', 'superseded_on'],
                                     'table': 'platforms_provincialcertificate'}}


class Migration(migrations.Migration):
    dependencies = [('platforms', '0001_initial'), ('portal', '0002_guards')]
    operations = [
        migrations.RunSQL(guard_table('platforms_suspension', 'platforms.suspension', 'IN_FORCE', ''), unguard_table('platforms_suspension')),
        migrations.RunSQL(guard_table('platforms_provincialtitle', 'platforms.provincialtitle', 'ACTIVE', ''), unguard_table('platforms_provincialtitle')),
        migrations.RunSQL(guard_table('platforms_designation', 'platforms.designation', 'ACTIVE', ''), unguard_table('platforms_designation')),
        migrations.RunSQL(guard_table('platforms_complaint', 'platforms.complaint', 'RECEIVED', ''), unguard_table('platforms_complaint')),
        migrations.RunSQL(guard_table('platforms_importbatch', 'platforms.importbatch', 'PREVIEWED', ''), unguard_table('platforms_importbatch')),
        migrations.RunSQL(guard_table('platforms_organisationclaim', 'platforms.organisationclaim', 'OPEN', ''), unguard_table('platforms_organisationclaim')),
        migrations.RunSQL(guard_table('platforms_serviceposting', 'platforms.serviceposting', 'PUBLISHED', ''), unguard_table('platforms_serviceposting')),
        migrations.RunSQL(guard_table('platforms_annualsummary', 'platforms.annualsummary', 'DUE', ''), unguard_table('platforms_annualsummary')),
        migrations.RunSQL(guard_table('platforms_titleclaim', 'platforms.titleclaim', 'OPEN', ''), unguard_table('platforms_titleclaim')),
        migrations.RunSQL(write_edges('platforms.suspension', EDGES['platforms.suspension']), migrations.RunSQL.noop),
        migrations.RunSQL(write_edges('platforms.provincialtitle', EDGES['platforms.provincialtitle']), migrations.RunSQL.noop),
        migrations.RunSQL(write_edges('platforms.designation', EDGES['platforms.designation']), migrations.RunSQL.noop),
        migrations.RunSQL(write_edges('platforms.complaint', EDGES['platforms.complaint']), migrations.RunSQL.noop),
        migrations.RunSQL(write_edges('platforms.importbatch', EDGES['platforms.importbatch']), migrations.RunSQL.noop),
        migrations.RunSQL(write_edges('platforms.organisationclaim', EDGES['platforms.organisationclaim']), migrations.RunSQL.noop),
        migrations.RunSQL(write_edges('platforms.serviceposting', EDGES['platforms.serviceposting']), migrations.RunSQL.noop),
        migrations.RunSQL(write_edges('platforms.annualsummary', EDGES['platforms.annualsummary']), migrations.RunSQL.noop),
        migrations.RunSQL(write_edges('platforms.titleclaim', EDGES['platforms.titleclaim']), migrations.RunSQL.noop),
        migrations.RunSQL(seal_table(**SEALS['platforms_certificate']), unseal_table('platforms_certificate')),
        migrations.RunSQL(seal_table(**SEALS['platforms_provincialcertificate']), unseal_table('platforms_provincialcertificate')),
    ]
