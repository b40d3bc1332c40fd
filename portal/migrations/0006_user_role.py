from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Beside the version that runs: lists of an office's people read them and nobody else."""

    atomic = False
    dependencies = [("portal", "0005_notification_inbox")]
    operations = [
        AddIndexConcurrently("user", models.Index(fields=["role"], name="user_role")),
    ]
