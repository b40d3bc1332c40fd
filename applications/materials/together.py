"""Several files at once: each goes to the material that its name speaks of; what speaks of none is told, not guessed."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from applications.editions.model import MaterialSpec
from applications.filing.services import editable_codes
from applications.materials import services as materials
from applications.models import Application
from portal.kernel.permissions import fetch
from portal.kernel.workflow import TransitionBlocked
from portal.shared.uploads import UploadRefused

# Words of a file's name, the telling ones first: 质量管理体系认证 is no 认定证书.
WORDS = (
    ("audit", ("审计",)),
    ("smes", ("服务企业", "企业名单", "企业名册", "成效", "smes")),
    ("staff", ("人员", "职称", "staff")),
    ("facilities", ("设备", "设施", "仪器", "facilities")),
    ("licence", ("营业执照", "法人证书", "登记证书", "licence")),
    ("quality", ("质量", "体系认证", "iso9")),
    ("summary3", ("三年工作总结", "工作总结")),
    ("plan", ("规划", "运营计划", "年度计划")),
    ("support", ("扶持", "补助", "资金")),
    ("honours", ("荣誉", "资质", "认定", "表彰", "示范平台")),
    ("other", ("租赁", "产权", "案例", "报道")),
)
SAME = {"audit": "audit3"}  # what the same paper is called in a re-review
MOST = 20


def material_named_in(name: str, specs: Sequence[MaterialSpec]) -> MaterialSpec | None:
    """The material that the file's name speaks of and that takes files of its kind."""
    by_code = {one.code: one for one in specs}
    ending = name.rpartition(".")[2].lower()
    for code, words in WORDS:
        spec = by_code.get(code) or by_code.get(SAME.get(code, ""))
        if spec and any(word in name.lower() for word in words) and ending in spec.types:
            return spec
    return None


@require_POST
def upload_together(request, pk):
    application = fetch(
        Application.objects.select_related("platform__organisation", "cycle"), request.user, "edit", pk=pk
    )
    open_codes = editable_codes(application)
    specs = [
        one
        for one in application.cycle.edition.materials_for(application.procedure)
        if one.code in open_codes and one.kind in ("files", "roster")
    ]
    uploads = request.FILES.getlist("files")[:MOST]
    if not uploads:
        messages.error(request, "请选择文件。")
    for upload in uploads:
        _take(request, application, upload, material_named_in(upload.name, specs))
    return redirect("dossier_tasks", pk)


def _take(request, application: Application, upload, spec: MaterialSpec | None) -> None:
    name = upload.name[:60]
    if spec is None:
        messages.warning(request, f"没有收：“{name}”的文件名看不出属于哪项材料，请到该项材料中上传。")
        return
    try:
        materials.upload_file(application, spec.code, content=upload, name=upload.name, by=request.user)
    except UploadRefused as refusal:
        messages.error(request, f"{name}：{refusal.sentence}")
    except TransitionBlocked as refusal:
        messages.error(request, f"{name}：{refusal.words}")
    else:
        messages.success(request, f"已收到，正在核对：{name} → {spec.ordinal}{spec.short_title}")
