"""Sentences for what is found inside a package, by the code of what was found."""

from __future__ import annotations

from portal.shared.refusal import UploadRefused

SENTENCES = {
    "macro": "文件含有宏，请另存为不含宏的格式后上传。",
    "external": "文件引用了其他工作簿，请断开链接、粘贴为数值后上传。",
    "ole_object": "文件嵌入了其他文件或者控件，请删除或者粘贴为图片后上传。",
    "entities": "文件内部含有实体定义，可能被改动过，请用原程序另存后重新上传。",
    "dde": "文件含有调用其他程序的字段或者公式（DDE），请删除后上传。",
    "remote": "文件打开时会从别处取内容（外部图片、模板、数据连接或者公式），请断开链接后上传。",
    "shared_folder": "文件中的链接指向网络共享文件夹或者会启动程序，请删除此链接后上传。",
    "style_sheet": "文件内部指定了别处的样式表，可能被改动过，请用原程序另存后重新上传。",
    "chunk": "文件中夹带了另一份文档（altChunk），请把内容直接粘贴到正文后上传。",
    "far_cell": "工作表的范围异常大，在很远的行或者列中有内容，请删除多余的行列、另存后重新上传。",
    "huge_picture": "文件内有尺寸异常大的图片，打开它会耗尽内存，请缩小图片、重新插入并另存后上传。",
    "broken_markup": "文件内部的内容不完整，无法读取，请用原程序另存后重新上传。",
    "too_deep": "文件内部层次或者条目异常多，请删除多余内容、另存后重新上传。",
}

SCRIPT = ("script", "文件内部的图片带有脚本，请删除或者粘贴为普通图片后上传。")


def refuse(code: str) -> UploadRefused:
    return UploadRefused(code, SENTENCES[code])
