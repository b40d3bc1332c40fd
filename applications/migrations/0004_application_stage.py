from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Beside the version that runs: the numbers of each state are counted off it, on every page of the queue."""

    atomic = False
    dependencies = [("applications", "0003_guards")]
    operations = [
        AddIndexConcurrently(
            "application",
            models.Index(
                fields=["cycle", "state"],
                condition=models.Q(("reported_at", None), _negated=True),
                name="application_stage",
            ),
        )
    ]
