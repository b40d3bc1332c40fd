# Written by `bin/manage makeguards` from the declared transitions; do not edit by hand.
from django.db import migrations

from portal.guards import guard_table, unguard_table, write_edges

EDGES = {
    'review.assignment': [
        ('', 'ASSIGNED', 'declare', 'SCORING'),
        ('', 'ASSIGNED', 'recuse', 'RECUSED'),
        ('', 'ASSIGNED', 'release', 'RELEASED'),
        ('', 'HANDED_IN', 'reopen', 'SCORING'),
        ('', 'SCORING', 'hand_in', 'HANDED_IN'),
        ('', 'SCORING', 'recuse', 'RECUSED'),
        ('', 'SCORING', 'release', 'RELEASED'),
    ],
    'review.notice': [
        ('', 'PUBLISHED', 'withdraw', 'WITHDRAWN'),
    ],
    'review.objection': [
        ('', 'RECEIVED', 'begin_verification', 'VERIFYING'),
        ('', 'RECEIVED', 'dismiss', 'DISMISSED'),
        ('', 'RECEIVED', 'uphold', 'UPHELD'),
        ('', 'VERIFYING', 'dismiss', 'DISMISSED'),
        ('', 'VERIFYING', 'uphold', 'UPHELD'),
    ],
}


class Migration(migrations.Migration):
    dependencies = [('review', '0003_desk'), ('portal', '0002_guards')]
    operations = [
        migrations.RunSQL(guard_table('review_assignment', 'review.assignment', 'ASSIGNED', ''), unguard_table('review_assignment')),
        migrations.RunPython(write_edges('review.assignment', EDGES['review.assignment']), migrations.RunPython.noop),
        migrations.RunSQL(guard_table('review_notice', 'review.notice', 'PUBLISHED', ''), unguard_table('review_notice')),
        migrations.RunPython(write_edges('review.notice', EDGES['review.notice']), migrations.RunPython.noop),
        migrations.RunSQL(guard_table('review_objection', 'review.objection', 'RECEIVED', ''), unguard_table('review_objection')),
        migrations.RunPython(write_edges('review.objection', EDGES['review.objection']), migrations.RunPython.noop),
    ]
