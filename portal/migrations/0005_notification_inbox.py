from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Beside the version that runs: a person's newest messages are read off it, however many there are."""

    atomic = False
    dependencies = [("portal", "0004_file_unchecked")]
    operations = [
        AddIndexConcurrently(
            "notification",
            models.Index(fields=["recipient", "-created_at", "-id"], name="notification_inbox"),
        )
    ]
