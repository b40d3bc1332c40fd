"""What the worker sends of receipts: a lost code, to the address that was left (portal.desk.receipts)."""

from __future__ import annotations

from django.apps import apps

from portal.desk.mail import send_letter
from portal.desk.receipts import PLACE, address_in
from portal.kernel import audit, outbox
from portal.privacy.crypto import unseal


@outbox.handler("receipt_code", label="补发查询码邮件", leans_on="mail")
def mail_code(model: str, number: str, address: str) -> None:
    found = apps.get_model(model)._base_manager.filter(receipt_number=number).first()
    address = unseal(address, place=PLACE)
    if found is None or address_in(found.sender_contact) != address:
        return
    audit.record(action="send_code", obj=found, by=None)
    send_letter(
        "回执查询码",
        f"您曾在国家中小企业公共服务示范平台提交，现按您的请求补发查询码。\n\n"
        f"回执编号：{found.receipt_number}\n查询码：{found.query_code}\n\n"
        "没有请求补发的，不必理会本邮件。",
        address,
    )
