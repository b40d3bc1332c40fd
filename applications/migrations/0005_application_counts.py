from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Beside the version that runs: counters of the queue and of the menu read these and no dossier."""

    atomic = False
    dependencies = [("applications", "0004_application_stage")]
    operations = [
        AddIndexConcurrently(
            "application",
            models.Index(
                fields=["cycle", "state"],
                include=["id", "handler", "due_on", "procedure", "recommender", "submitted_at", "reported_at"],
                name="application_counts",
            ),
        ),
        AddIndexConcurrently(
            "application",
            models.Index(
                fields=["cycle"], name="application_relaxing", condition=models.Q(("assessment__relaxing", True))
            ),
        ),
    ]
