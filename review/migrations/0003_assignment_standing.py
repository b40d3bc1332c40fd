from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Beside the version that runs: experts hand in while it is made."""

    atomic = False
    dependencies = [("review", "0002_guards")]
    operations = [
        AddIndexConcurrently(
            "assignment",
            models.Index(fields=["application"], include=["state", "total"], name="assignment_standing"),
        )
    ]
