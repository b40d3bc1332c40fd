from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Beside the version that runs: uploads go on while it is made."""

    atomic = False
    dependencies = [("portal", "0003_guards")]
    operations = [
        AddIndexConcurrently(
            "storedfile",
            models.Index(
                fields=["uploaded_at"],
                condition=models.Q(state__in=["received", "waiting"]),
                name="file_unchecked",
            ),
        )
    ]
