"""A block whose breaks in the source are no spaces on the page, for Chinese sentences with many branches."""

from __future__ import annotations

import re

from django import template
from django.template.base import TextNode

register = template.Library()


class LineNode(template.Node):
    def __init__(self, nodelist: template.NodeList):
        self.nodelist = nodelist

    def render(self, context) -> str:
        return self.nodelist.render(context)


@register.tag("line")
def do_line(parser, token) -> LineNode:
    """`{% line %}…{% endline %}`: a browser shows a line break between two Chinese characters as a space."""
    nodelist = parser.parse(("endline",))
    parser.delete_first_token()
    for node in nodelist.get_nodes_by_type(TextNode):
        node.s = re.sub(r"\s*\n\s*", "", node.s)
    return LineNode(nodelist)
