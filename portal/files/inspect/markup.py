"""XML parts of a package, read by a parser as a stream: what they call in from elsewhere or start on opening."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import BinaryIO
from xml.parsers import expat

from portal.files.inspect.addresses import is_local, is_shared_folder, is_unsafe_link, names_elsewhere
from portal.files.inspect.formulas import is_far, judge_formula, judge_instruction
from portal.files.inspect.refusals import SCRIPT, refuse
from portal.shared.refusal import UploadRefused

CHUNK = 256 * 1024
MAX_DEPTH, MAX_ELEMENTS, MAX_ATTRIBUTES, MAX_CAPTURED = 400, 6_000_000, 2000, 64 * 1024
LINK_KINDS = {"hyperlink"}
# Relationship types, by their last segment, of parts that an evidence has no use for.
FORBIDDEN_KINDS = {
    "vbaproject": "macro",
    "wordvbadata": "macro",
    "xlmacrosheet": "macro",
    "xlintlmacrosheet": "macro",
    "keymapcustomizations": "macro",
    "externallink": "external",
    "externallinkpath": "external",
    "oleobject": "ole_object",
    "control": "ole_object",
    "activexcontrol": "ole_object",
    "activexcontrolbinary": "ole_object",
    "afchunk": "chunk",
    "subdocument": "remote",
    "frame": "remote",
    "webextension": "remote",
    "webextensiontaskpanes": "remote",
    "mailmergesource": "remote",
    "recipientdata": "remote",
    "attachedtoolbars": "macro",
    "customui": "macro",
    "extensibility": "macro",
}
FORBIDDEN_TYPES = {
    "macroenabled": "macro",
    "vbaproject": "macro",
    "vbadata": "macro",
    "macrosheet": "macro",
    "activex": "ole_object",
    "oleobject": "ole_object",
    "webextension": "remote",
}
FORMULAS = {"f", "formula", "formula1", "formula2", "definedname", "calculatedcolumnformula"}
SHEETS = {"worksheet", "workbook", "dialogsheet", "table", "chartsheet"}  # roots of parts whose formulas run
INSTRUCTIONS = {"instrtext", "delinstrtext"}
RUN_AT_START = {
    "auto_open",
    "auto_close",
    "auto_activate",
    "auto_deactivate",
}  # names that old macro sheets run by


def inspect_markup(part: BinaryIO, name: str) -> None:
    """Read an XML part to its end. Raises UploadRefused."""
    watch = Watch(name)
    parser = expat.ParserCreate()
    watch.attach(parser)
    try:
        while chunk := part.read(CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise refuse("broken_markup") from error
    watch.finish()


def inspect_drawing(part: BinaryIO, name: str) -> None:
    """A VML part: Excel itself leaves tags open in it, so that a page's parser reads it."""
    watch = Watch(name)

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            watch.start(tag, {key: value or "" for key, value in attrs})
            watch.depth = 0

        def handle_decl(self, decl):
            watch.refuse_doctype()

    reader = Reader(convert_charrefs=True)
    while chunk := part.read(CHUNK):
        reader.feed(chunk.decode("utf-8", "replace"))
    reader.close()


def local(name: str) -> str:
    return name.rpartition(":")[2].lower()


class Watch:
    """Called by the parser; holds no tree. Text is kept only of elements that can call something."""

    def __init__(self, name: str):
        self.name, self.depth, self.count = name, 0, 0
        self.parser = None
        self.element, self.text, self.length = "", [], 0
        self.fields: list[Field] = []
        self.has_formulas = self.refreshes = self.is_far = False

    def attach(self, parser) -> None:
        self.parser = parser
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.StartDoctypeDeclHandler = self.refuse_doctype
        parser.EntityDeclHandler = self.refuse_doctype
        parser.ProcessingInstructionHandler = self.instruct

    def refuse_doctype(self, *declared) -> None:
        # Pictures in SVG name their DTD by habit; what would define entities is refused there too.
        if not (self.name.endswith(".svg") and len(declared) == 4 and not declared[3]):
            raise refuse("entities")

    def instruct(self, target: str, told: str) -> None:
        if target.lower() == "xml-stylesheet" and not self.name.endswith(".svg"):
            raise refuse("style_sheet")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.count += 1
        if self.depth > MAX_DEPTH or self.count > MAX_ELEMENTS or len(attributes) > MAX_ATTRIBUTES:
            raise refuse("too_deep")
        tag = local(name)
        if self.count == 1:
            self.has_formulas = tag in SHEETS or self.name.startswith("xl/worksheets/")
        if tag == "c":
            self.is_far = self.has_formulas and is_far(attributes.get("r", ""))
        elif self.is_far and tag in ("v", "is", "f"):
            raise refuse("far_cell")
        look = LOOKS.get(tag)
        if look:
            look(self, {local(key): value for key, value in attributes.items()})
        if self.name.endswith(".svg"):
            judge_vector(tag, {local(key): value for key, value in attributes.items()})
        formula = self.has_formulas and tag in FORMULAS
        if formula or tag in INSTRUCTIONS or (tag == "t" and len(self.fields) > 1):
            self.element, self.text, self.length = tag, [], 0
            if self.parser:
                self.parser.CharacterDataHandler = self.characters

    def characters(self, text: str) -> None:
        self.length += len(text)
        if self.length > MAX_CAPTURED:
            raise refuse("too_deep")
        self.text.append(text)

    def end(self, name: str) -> None:
        self.depth -= 1
        if not self.element or local(name) != self.element:
            return
        tag, text = self.element, "".join(self.text)
        self.element = ""
        self.parser.CharacterDataHandler = None
        if tag in FORMULAS:
            judge_formula(text)
        elif tag in INSTRUCTIONS:
            self.add_instruction(text)
        elif len(self.fields) > 1 and self.fields[-2].is_open and not self.fields[-1].is_open:
            self.fields[-2].text.append(
                text
            )  # the result of an inner field is part of the outer's instruction

    def add_instruction(self, text: str) -> None:
        if self.fields and self.fields[-1].is_open:
            self.fields[-1].text.append(text)
        judge_instruction(text)

    def finish(self) -> None:
        for field in self.fields:
            judge_instruction("".join(field.text))


class Field:
    """A field of a text document: its instruction may be spread over many runs."""

    def __init__(self):
        self.text: list[str] = []
        self.is_open = True


def _field_mark(watch: Watch, attributes: dict[str, str]) -> None:
    kind = attributes.get("fldchartype", "")
    if kind == "begin":
        watch.fields.append(Field())
        if len(watch.fields) > MAX_DEPTH:
            raise refuse("too_deep")
    elif watch.fields and kind in ("separate", "end"):
        judge_instruction("".join(watch.fields[-1].text))
        watch.fields[-1].is_open = False
        if kind == "end":
            watch.fields.pop()


def _simple_field(watch: Watch, attributes: dict[str, str]) -> None:
    judge_instruction(attributes.get("instr", ""))


def _relation(watch: Watch, attributes: dict[str, str]) -> None:
    kind = attributes.get("type", "").rstrip("/").rpartition("/")[2].lower()
    target = attributes.get("target", "").strip()
    if kind in FORBIDDEN_KINDS:
        raise refuse(FORBIDDEN_KINDS[kind])
    if kind == "package" and "/charts/_rels/" not in watch.name:
        raise refuse("ole_object")
    outside = attributes.get("targetmode", "").strip().lower() == "external"
    if kind in LINK_KINDS:
        # A link that a reader may click is ordinary; one that gives the reader's password away is not.
        if is_unsafe_link(target):
            raise refuse("shared_folder")
    elif kind == "attachedtemplate" and is_local(target):
        return  # where the author's template lay: nobody else's computer finds it
    elif outside or "://" in target or is_shared_folder(target):
        raise refuse("remote")


def _content_type(watch: Watch, attributes: dict[str, str]) -> None:
    told = attributes.get("contenttype", "").lower()
    for word, code in FORBIDDEN_TYPES.items():
        if word in told:
            raise refuse(code)


def _connection(watch: Watch, attributes: dict[str, str]) -> None:
    told = " ".join(value for key, value in attributes.items() if key not in ("uid", "xmlns"))
    if is_on(attributes.get("refreshonload")) or is_on(attributes.get("interval")) or names_elsewhere(told):
        raise refuse("remote")


def _pivot(watch: Watch, attributes: dict[str, str]) -> None:
    watch.refreshes = is_on(attributes.get("refreshonload"))


def _cache_source(watch: Watch, attributes: dict[str, str]) -> None:
    if watch.refreshes and attributes.get("type") == "external":
        raise refuse("remote")


def _web_extension(watch: Watch, attributes: dict[str, str]) -> None:
    raise refuse("remote")


def _picture_source(watch: Watch, attributes: dict[str, str]) -> None:
    for key in ("src", "href", "althref"):
        if names_elsewhere(attributes.get(key, "")):
            raise refuse("remote")


def _chunk(watch: Watch, attributes: dict[str, str]) -> None:
    raise refuse("chunk")


def _external(watch: Watch, attributes: dict[str, str]) -> None:
    raise refuse("external")


def _dde(watch: Watch, attributes: dict[str, str]) -> None:
    raise refuse("dde")


def _control(watch: Watch, attributes: dict[str, str]) -> None:
    raise refuse("ole_object")


def _defined_name(watch: Watch, attributes: dict[str, str]) -> None:
    if attributes.get("name", "").lower().removeprefix("_xlnm.") in RUN_AT_START:
        raise refuse("macro")


def _include(watch: Watch, attributes: dict[str, str]) -> None:
    if "parse" in attributes or names_elsewhere(attributes.get("href", "")):
        raise refuse("remote")


def _ribbon(watch: Watch, attributes: dict[str, str]) -> None:
    if "onload" in attributes or "loadimage" in attributes:
        raise refuse("macro")


def _address(watch: Watch, attributes: dict[str, str]) -> None:
    """An action of an OFD, which a reader follows by a click or by opening a page."""
    if is_unsafe_link(attributes.get("uri", "")):
        raise refuse("shared_folder")


def _script(watch: Watch, attributes: dict[str, str]) -> None:
    if watch.name.endswith((".svg", ".vml")):
        raise UploadRefused(*SCRIPT)


LOOKS = {
    "fldchar": _field_mark,
    "fldsimple": _simple_field,
    "relationship": _relation,
    "default": _content_type,
    "override": _content_type,
    "connection": _connection,
    "webpr": _connection,
    "dbpr": _connection,
    "olappr": _connection,
    "querytable": _connection,
    "cachesource": _cache_source,
    "imagedata": _picture_source,
    "fill": _picture_source,
    "altchunk": _chunk,
    "externallink": _external,
    "ddelink": _dde,
    "olelink": _dde,
    "ddeitem": _dde,
    "script": _script,
    "definedname": _defined_name,
    "include": _include,
    "customui": _ribbon,
    "uri": _address,
    "ocx": _control,
    "oleobject": _control,
    "webextension": _web_extension,
    "pivotcachedefinition": _pivot,
}


def judge_vector(tag: str, attributes: dict[str, str]) -> None:
    """An element of a drawing: it may react to nothing and take nothing from elsewhere; a link is ordinary."""
    if any(key.startswith("on") for key in attributes) or tag in ("handler", "listener"):
        raise UploadRefused(*SCRIPT)
    place = attributes.get("href", "").strip().lower()
    if place.startswith("data:image/"):
        return
    if is_unsafe_link(place):
        raise UploadRefused(*SCRIPT)
    if tag != "a" and names_elsewhere(place):
        raise refuse("remote")


def is_on(value: str | None) -> bool:
    return (value or "0").strip().lower() not in ("0", "false", "")
