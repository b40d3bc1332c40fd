# Written by `bin/manage makeguards` from the declared transitions; do not edit by hand.
from django.db import migrations

from portal.guards import guard_table, unguard_table, write_edges

GUARDS = {
    'review.assignment': ('review_assignment', 'ASSIGNED', ''),
    'review.notice': ('review_notice', 'PUBLISHED', ''),
    'review.objection': ('review_objection', 'RECEIVED', ''),
    'review.rectification': ('review_rectification', 'ORDERED', ''),
    'review.revocation': ('review_revocation', 'OPENED', ''),
    'review.surrender': ('review_surrender', 'ASKED', ''),
    'review.checkplan': ('review_checkplan', 'DRAFT', ''),
    'review.spotcheck': ('review_spotcheck', 'DRAWN', ''),
}

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
    'review.rectification': [
        ('', 'CHECKED', 'accept', 'ACCEPTED'),
        ('', 'CHECKED', 'cancel', 'CANCELLED'),
        ('', 'CHECKED', 'refer', 'REFERRED'),
        ('', 'ORDERED', 'cancel', 'CANCELLED'),
        ('', 'ORDERED', 'refer', 'REFERRED'),
        ('', 'ORDERED', 'report_done', 'REPORTED'),
        ('', 'REPORTED', 'cancel', 'CANCELLED'),
        ('', 'REPORTED', 'check_again', 'CHECKED'),
        ('', 'REPORTED', 'refer', 'REFERRED'),
        ('', 'REPORTED', 'send_back', 'ORDERED'),
    ],
    'review.revocation': [
        ('', 'HEARD', 'decide', 'DECIDED'),
        ('', 'HEARD', 'drop', 'DROPPED'),
        ('', 'NOTIFIED', 'decide', 'DECIDED'),
        ('', 'NOTIFIED', 'drop', 'DROPPED'),
        ('', 'NOTIFIED', 'state_case', 'STATED'),
        ('', 'OPENED', 'drop', 'DROPPED'),
        ('', 'OPENED', 'notify', 'NOTIFIED'),
        ('', 'STATED', 'decide', 'DECIDED'),
        ('', 'STATED', 'drop', 'DROPPED'),
        ('', 'STATED', 'hold_hearing', 'HEARD'),
    ],
    'review.surrender': [
        ('', 'ASKED', 'accept', 'ACCEPTED'),
        ('', 'ASKED', 'decline', 'DECLINED'),
        ('', 'ASKED', 'recall', 'RECALLED'),
    ],
    'review.checkplan': [
        ('', 'ANNOUNCED', 'draw', 'DRAWN'),
        ('', 'DRAFT', 'announce', 'ANNOUNCED'),
        ('', 'DRAFT', 'discard', 'DISCARDED'),
        ('', 'DRAWN', 'publish_results', 'PUBLISHED'),
    ],
    'review.spotcheck': [
        ('', 'ANSWERED', 'clear', 'CLEARED'),
        ('', 'ANSWERED', 'order_rectification', 'RECTIFYING'),
        ('', 'ANSWERED', 'refer', 'REFERRED'),
        ('', 'DRAWN', 'notify', 'NOTIFIED'),
        ('', 'FOUND', 'answer_findings', 'ANSWERED'),
        ('', 'FOUND', 'clear', 'CLEARED'),
        ('', 'FOUND', 'order_rectification', 'RECTIFYING'),
        ('', 'FOUND', 'refer', 'REFERRED'),
        ('', 'NOTIFIED', 'hand_over', 'FOUND'),
    ],
}


class Migration(migrations.Migration):
    dependencies = [('review', '0001_initial'), ('portal', '0002_guards')]
    operations = [
        migrations.RunSQL(guard_table('review_assignment', 'review.assignment', 'ASSIGNED', ''), unguard_table('review_assignment')),
        migrations.RunSQL(guard_table('review_notice', 'review.notice', 'PUBLISHED', ''), unguard_table('review_notice')),
        migrations.RunSQL(guard_table('review_objection', 'review.objection', 'RECEIVED', ''), unguard_table('review_objection')),
        migrations.RunSQL(guard_table('review_rectification', 'review.rectification', 'ORDERED', ''), unguard_table('review_rectification')),
        migrations.RunSQL(guard_table('review_revocation', 'review.revocation', 'OPENED', ''), unguard_table('review_revocation')),
        migrations.RunSQL(guard_table('review_surrender', 'review.surrender', 'ASKED', ''), unguard_table('review_surrender')),
        migrations.RunSQL(guard_table('review_checkplan', 'review.checkplan', 'DRAFT', ''), unguard_table('review_checkplan')),
        migrations.RunSQL(guard_table('review_spotcheck', 'review.spotcheck', 'DRAWN', ''), unguard_table('review_spotcheck')),
        migrations.RunSQL(write_edges('review.assignment', EDGES['review.assignment']), migrations.RunSQL.noop),
        migrations.RunSQL(write_edges('review.notice', EDGES['review.notice']), migrations.RunSQL.noop),
        migrations.RunSQL(write_edges('review.objection', EDGES['review.objection']), migrations.RunSQL.noop),
        migrations.RunSQL(write_edges('review.rectification', EDGES['review.rectification']), migrations.RunSQL.noop),
        migrations.RunSQL(write_edges('review.revocation', EDGES['review.revocation']), migrations.RunSQL.noop),
        migrations.RunSQL(write_edges('review.surrender', EDGES['review.surrender']), migrations.RunSQL.noop),
        migrations.RunSQL(write_edges('review.checkplan', EDGES['review.checkplan']), migrations.RunSQL.noop),
        migrations.RunSQL(write_edges('review.spotcheck', EDGES['review.spotcheck']), migrations.RunSQL.noop),
    ]
