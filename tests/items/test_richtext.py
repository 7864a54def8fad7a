"""Rich text that is given unparsed is the same as parsed and written again."""

from hypothesis import given
from hypothesis import strategies as st

from partners.items.references import References
from partners.items.richtext import is_plain, represent

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="<>&"), max_size=8)
NAMES = st.sampled_from(["p", "b", "ul", "li", "h2", "blockquote", "code", "span"])
MARKUP = st.recursive(
    TEXT | st.sampled_from(["<br/>", "<hr/>", " ", "\n"]),
    lambda inner: st.builds(
        lambda name, parts: f"<{name}>{''.join(parts)}</{name}>", NAMES, st.lists(inner, max_size=3)
    ),
    max_leaves=8,
)
#: An entity, so that a text is parsed.
READ = "<p>&amp;</p>"


@given(MARKUP)
def test_whether_it_was_read_makes_no_difference(source):
    assert not is_plain(source + READ)
    assert represent(source, References()) + READ == represent(source + READ, References())


def test_only_what_is_whole_and_known_is_passed_on():
    assert is_plain("<p>Im <b>Netz</b><br/>seit 2004</p>\n<ul><li>KIS</li></ul>")
    for source in ("<p>offen", "<p><b>quer</p></b>", "</p>", "<p class='x'>a</p>", "<script>"):
        assert not is_plain(source)
    assert represent("<p onclick='x()'>a</p><script>x()</script>", References()) == "<p>a</p>"


def test_as_text_each_block_stands_on_its_line():
    source = "<p>eins</p><p>zwei <b>drei</b><br/>vier</p><ul><li>fünf</li><li>sechs</li></ul>"
    text = represent(source, References(text="text"))
    assert text == "eins\nzwei drei\nvier\nfünf\nsechs"
