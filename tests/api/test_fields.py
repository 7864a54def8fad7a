"""``?fields=``: names inside brackets are checked as those outside are."""

import pytest

pytestmark = pytest.mark.usefixtures("from_shelf_and_pages")


@pytest.mark.parametrize(
    ("path", "selected", "wrong", "near"),
    [
        ("cooperations/", "_,organisation(nam)", "nam", "name"),
        ("cooperations/", "organisation(name,adress(city))", "adress", "address"),
        ("cooperations/", "_,organisation(address(citty))", "citty", "city"),
        ("cooperations/", "-organisation,contacts(photo(heigt))", "heigt", "height"),
        ("cooperations/", "_,related(titel)", "titel", "title"),
        ("cooperations/", "*,period(txt)", "txt", "text"),
        ("cooperations/", "titel", "titel", "title"),
        ("cooperations/", "_,meta(slgu)", "slgu", "slug"),
        ("pages/", "_,titel", "titel", "title"),
        ("pages/", "_,meta(locael)", "locael", "locale"),
        ("pages/", "_,language(servd)", "servd", "served"),
        ("pages/", "_,translations(de(stat))", "stat", "state"),
        ("pages/{page}/", "_,parent(titel)", "titel", "title"),
        ("pages/{page}/", "_,parent(meta(html_ur))", "html_ur", "html_url"),
        ("pages/{page}/", "_,body(vale)", "vale", "value"),
        ("images/", "_,focal_point(hight)", "hight", "height"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_known_one(
    api, kis_page, path, selected, wrong, near
):
    said = api(f"{path.format(page=kis_page('triade').pk)}?fields={selected}", status=400)
    assert said["parameter"] == "fields"
    assert f": {wrong}; did you mean {near}?" in said["detail"]


@pytest.mark.parametrize("name", ["title", "translation_key", "locale", "last_published_at"])
def test_a_value_without_parts_is_told_so(api, name):
    said = api(f"cooperations/?fields=_,{name}(name)", status=400)
    assert said["parameter"] == "fields" and f"{name} has no parts" in said["detail"]


def test_what_stands_in_meta_is_named_with_or_without_it(api, kis_page):
    pk = kis_page("triade").pk
    for path in (f"pages/{pk}/?fields=", "cooperations/?limit=1&fields="):
        plain, within = api(f"{path}_,title,slug,locale"), api(f"{path}_,title,meta(slug,locale)")
        one, other = ((said.get("items") or [said])[0] for said in (plain, within))
        assert one == other and set(one["meta"]) == {"slug", "locale"}
    plain = api(f"pages/{pk}/?fields=_,parent(html_url)")
    assert plain == api(f"pages/{pk}/?fields=_,parent(meta(html_url))")
    assert list(plain["meta"]["parent"]["meta"]) == ["html_url"]
    whole = api(f"pages/{pk}/?fields=_,meta")["meta"]
    assert whole.keys() == api(f"pages/{pk}/?fields=*")["meta"].keys()
    left = api(f"pages/{pk}/?fields=-meta")
    assert "meta" not in left and left["title"]
    assert "slug" not in api(f"pages/{pk}/?fields=meta(-slug)")["meta"]


def test_parts_of_everything_that_has_some(api, kis_page):
    pk = kis_page("triade").pk
    item = api(
        f"pages/{pk}/?renditions=small&fields=_,organisation(name,address(city)),period(text),"
        "body(type,value),language(served),translations(sk(html_url)),topics(name)"
    )
    assert set(item["organisation"]) == {"name", "address"}
    assert set(item["organisation"]["address"]) == {"city"}
    assert set(item["meta"]["translations"]["sk"]) == {"html_url"}
