from django.db import migrations

from portal.kernel.guards import CREATE_FUNCTIONS, DROP_FUNCTIONS, append_only, keep_for, read_only


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]
    operations = [
        migrations.RunSQL(CREATE_FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(append_only("portal_auditevent"), migrations.RunSQL.noop),
        migrations.RunSQL(append_only("portal_seal"), migrations.RunSQL.noop),
        migrations.RunSQL(append_only("portal_leaf"), migrations.RunSQL.noop),
        migrations.RunSQL(append_only("portal_checkpoint"), migrations.RunSQL.noop),
        migrations.RunSQL(keep_for("portal_access", 182), migrations.RunSQL.noop),
        migrations.RunSQL(read_only("portal_stateedge"), migrations.RunSQL.noop),
        migrations.RunSQL(read_only("portal_migrationdigest"), migrations.RunSQL.noop),
    ]
