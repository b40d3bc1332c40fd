"""Functions that a platform may have. Carries out Art. 2."""

from __future__ import annotations

from django.db import models


class Function(models.TextChoices):
    """The eleven public services of Art. 2, in its order."""

    INFORMATION = "information", "信息"
    TECHNOLOGY = "technology", "技术"
    FINANCING = "financing", "融资"
    QUALITY = "quality", "质量"
    ENERGY_SAVING = "energy_saving", "节能"
    ENVIRONMENT = "environment", "环保"
    STARTUP = "startup", "创业"
    TRAINING = "training", "培训"
    MANAGEMENT = "management", "管理"
    COMMERCE = "commerce", "商务"
    LOGISTICS = "logistics", "现代物流"


LABELS = dict(Function.choices)  # Django works the choices out anew at each look


def labels_of(codes) -> list[str]:
    return [LABELS[code] for code in codes]
