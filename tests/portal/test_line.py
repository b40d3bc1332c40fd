"""The block for sentences that are broken in the source alone."""

from django.template import engines


def test_breaks_in_the_source_are_no_spaces_on_the_page():
    text = "{% load line %}<p>{% line %}\n  甲 乙\n  {% if x %}\n    丙{{ x }}\n  {% else %}丁{% endif %}。\n{% endline %}</p>"
    page = engines["django"].from_string(text)
    assert page.render({"x": "a\nb"}) == "<p>甲 乙丙a\nb。</p>"  # what is shown keeps its own breaks
    assert page.render({}) == "<p>甲 乙丁。</p>"
