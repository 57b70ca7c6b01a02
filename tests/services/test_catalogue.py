"""The shipped catalogue is complete and found by code; a broken one is refused with the file and the line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path

import pytest

import db.catalogue
from db.catalogue import Catalogue, CatalogueError, Country, Keyword, Module, load

SHIPPED = Path(db.catalogue.__file__).parent
LEGAL = {
    "professional_qualifications": "2005/36/EC",
    "services": "2006/123/EC",
    "posting_of_workers": "2014/67/EU",
    "patients_rights": "2011/24/EU",
    "cash_in_transit": "1214/2011",
    "e_commerce": "2000/31/EC",
    "train_drivers": "2007/59/EC",
    "cultural_objects": "2014/60/EU",
    "public_documents": "2016/1191",
    "non_road_engines": "2016/1628",
    "gdpr": "2016/679",
    "single_digital_gateway": "2018/1724",
    "firearms": "2021/555",
    "road_transport": "2020/1057",
    "consumer_protection": "2017/2394",
}
SERVED = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"

LATVIAN = frozenset("aābcčdeēfgģhiījkķlļmnņoprsštuūvzž")


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load()


def test_every_module_stands_on_its_legal_basis(shipped: Catalogue) -> None:
    assert {code: shipped.module(code).legal_basis for code in LEGAL} == LEGAL
    assert set(shipped.modules) == {*LEGAL, "solvit", "authority_administration"}
    assert [code for code, module in shipped.modules.items() if module.everywhere] == ["authority_administration"]


def test_every_module_has_roles_rights_and_keywords(shipped: Catalogue) -> None:
    for code, module in shipped.modules.items():
        held = [right.code for right in module.rights]
        mandatory = [right.code for right in shipped.mandatory_rights(code)]
        expected = "request_handler" if "request_handler" in held else "basic_user"
        assert mandatory == (["administrator"] if module.everywhere else [expected])
        assert module.everywhere == ("administrator" in held)
        assert module.roles[0] == "authority"
        assert set(module.roles) <= set(shipped.roles)
        assert 6 <= len(module.keywords) <= 12
    assert "coordinator" not in shipped.module("cash_in_transit").roles
    assert "coordinator" in shipped.module("services").roles


def test_everything_is_named_in_latvian_and_english(shipped: Catalogue) -> None:
    modules = shipped.modules.values()
    items = [*modules, *shipped.keywords.values(), *shipped.countries.values(), *shipped.roles.values()]
    items += [part for module in modules for part in (*module.rights, *module.keywords)]
    for item in items:
        assert item.names["en"].strip() and item.names["lv"].strip(), item.code
    for module in modules:
        assert all(0 < len(name) <= 28 for name in module.shorts.values())
        assert {"en", "lv"} <= set(module.shorts)


def test_latvian_names_are_latvian(shipped: Catalogue) -> None:
    modules = shipped.modules.values()
    rights = {right.code: right for module in modules for right in module.rights}.values()
    items = [*modules, *shipped.keywords.values(), *shipped.countries.values(), *shipped.roles.values(), *rights]
    items += [word for module in modules for word in module.keywords]
    assert [item.code for item in items if item.name("lv") == item.name("en")] == ["MT"]
    assert [module.code for module in modules if module.short("lv") == module.short("en")] == ["solvit"]
    words = [item.name("lv") for item in items] + [module.short("lv") for module in modules]
    words += [synonym for word in shipped.keywords.values() for synonym in word.synonyms.get("lv", ())]
    for word in words:
        assert {letter for letter in word.lower() if letter.isalpha()} <= LATVIAN, word


@pytest.mark.parametrize("language", ["en", "lv"])
def test_no_two_things_beside_each_other_have_the_same_name(shipped: Catalogue, language: str) -> None:
    lists: list[list[Country | Keyword | Module]] = [list(shipped.modules.values()), list(shipped.countries.values())]
    lists += [
        [word for word in shipped.keywords.values() if word.parent == above] for above in (None, *shipped.keywords)
    ]
    lists += [list(module.keywords) for module in shipped.modules.values()]
    for listed in lists:
        names = [item.name(language) for item in listed]
        assert len(set(names)) == len(names), names


def test_the_general_keywords_are_a_tree_in_order(shipped: Catalogue) -> None:
    assert len([word for word in shipped.keywords.values() if not word.children]) >= 170
    assert {len(shipped.keyword_path(code)) for code in shipped.keywords} == {1, 2, 3}
    seen: list[str] = []

    def walk(codes: list[str]) -> None:
        for code in codes:
            seen.append(code)
            walk(list(shipped.keywords[code].children))

    walk([code for code, word in shipped.keywords.items() if word.parent is None])
    assert seen == list(shipped.keywords)
    for code, word in shipped.keywords.items():
        assert word.code == code
        assert all(shipped.keywords[child].parent == code for child in word.children)


def test_the_countries_are_those_of_imi(shipped: Catalogue) -> None:
    assert " ".join(shipped.countries) == SERVED
    assert shipped.country("FI").languages == ("fi", "sv")
    assert shipped.country("LV").name("lv") == "Latvija"


def test_look_ups(shipped: Catalogue) -> None:
    assert shipped.module("services").short("lv") == "Pakalpojumi"
    assert [word.code for word in shipped.keyword_path("nurse")] == ["health", "nursing", "nurse"]
    assert shipped.keywords["nurse"].synonyms["lv"] == ("medmāsa", "medicīnas māsa")
    for look_up in (shipped.module, shipped.country, shipped.mandatory_rights, shipped.keyword_path):
        with pytest.raises(KeyError):
            look_up("nothing")


def test_a_name_that_is_not_translated_is_english(shipped: Catalogue) -> None:
    assert shipped.country("LV").name("mt") == "Latvia"
    assert shipped.module("services").short("mt") == "Services"


def test_the_shipped_catalogue_is_read_once() -> None:
    assert load() is load()


def test_a_folder_is_read_anew_and_alike(shipped: Catalogue) -> None:
    again = load(SHIPPED)
    assert again is not shipped
    assert astuple(again) == astuple(shipped)


ADMINISTRATION = 'short = { en = "Administration", lv = "Administrēšana" }'
FIRST_RIGHT = 'rights = ["administrator"]'
BUTCHER = '  { code = "butcher", en = "Butcher", lv = "Miesnieks" },'
LATVIA = '  { code = "LV", en = "Latvia", lv = "Latvija", languages = ["lv"] },'

# File, what in it is replaced by what, the line on which the refusal must point (a part of it), words of the problem.
DAMAGE = [
    ("modules.toml", "everywhere = true", "everywhere = = true", "everywhere = =", "Invalid"),
    ("modules.toml", "everywhere = true", 'everywhere = "yes"', 'code = "authority_administration"', "true or false"),
    ("modules.toml", 'legal_basis = "2014/67/EU"\n', "", 'code = "posting_of_workers"', 'no "legal_basis"'),
    ("modules.toml", 'legal_basis = "2014/67/EU"', "legal_basis = 67", 'code = "posting_of_workers"', "text"),
    (
        "modules.toml",
        'legal_basis = "2014/67/EU"',
        'legal_basis = "x"\nbasis = "x"',
        'code = "posting_of_workers"',
        "unk",
    ),
    ("modules.toml", 'code = "gdpr"', 'code = "solvit" # second', "# second", "twice"),
    ("modules.toml", 'code = "gdpr"', '"code" = "solvit" # second', "# second", "twice"),
    ("modules.toml", 'code = "gdpr"', 'code = "general data"', 'code = "general data"', "no code"),
    ("modules.toml", ADMINISTRATION, 'short = { en = "Administration" }', 'code = "authority_administration"', '"lv"'),
    ("modules.toml", ADMINISTRATION, 'short = { lv = "Adm." }', 'code = "authority_administration"', '"en"'),
    ("modules.toml", ADMINISTRATION, 'short = "Administration"', 'code = "authority_administration"', "table"),
    ("modules.toml", 'en = "Firearms"', f'en = "{"F" * 29}"', 'code = "firearms"', "28 characters"),
    ("modules.toml", 'en = "Firearms"', 'en = "Fire\\u001barms"', 'code = "firearms"', "cannot be shown"),
    ("modules.toml", 'en = "Firearms"', 'en = "Fire\\u202earms"', 'code = "firearms"', "cannot be shown"),
    ("modules.toml", 'en = "Firearms"', 'en = " "', 'code = "firearms"', "empty"),
    ("modules.toml", 'en = "Firearms"', 'english = "Firearms"', 'code = "firearms"', 'unknown key "english"'),
    ("modules.toml", 'roles = ["authority"]', 'roles = ["king"]', 'code = "authority_administration"', '"king"'),
    ("modules.toml", 'roles = ["authority"]', "roles = []", 'code = "authority_administration"', "none"),
    ("modules.toml", 'roles = ["authority"]', 'roles = "authority"', 'code = "authority_administration"', "list"),
    ("modules.toml", FIRST_RIGHT, 'rights = ["owner"]', 'code = "authority_administration"', '"owner"'),
    ("modules.toml", FIRST_RIGHT, 'rights = ["basic_user"]', 'code = "authority_administration"', "mandatory"),
    ("modules.toml", 'code = "birth"', 'code = "death"', 'code = "death", en = "Death"', "twice"),
    ("modules.toml", 'code = "birth", ', "", 'en = "Birth"', 'no table with a "code"'),
    ("modules.toml", "right = [", "extra = 1\nright = [", "extra = 1", 'unknown key "extra"'),
    ("keywords.toml", "crafts = [", "craftwork = [", "craftwork = [", "no keyword"),
    ("keywords.toml", BUTCHER, BUTCHER + '\n  { code = "baker", en = "B", lv = "B" }, # again', "# again", "twice"),
    ("keywords.toml", BUTCHER, BUTCHER.replace("butcher", "trade"), '"trade", en = "Butcher"', "twice"),
    ("keywords.toml", BUTCHER, '  { code = "butcher", en = "Butcher" },', '"butcher"', '"lv"'),
    ("keywords.toml", BUTCHER, BUTCHER.replace("lv =", "parent ="), '"butcher"', "unknown key"),
    ("keywords.toml", BUTCHER, BUTCHER.replace(" }", ', synonyms = { lv = "x" } }'), '"butcher"', "list"),
    ("keywords.toml", BUTCHER, BUTCHER.replace(" }", ', synonyms = { xx = ["x"] } }'), '"butcher"', '"xx"'),
    ("keywords.toml", BUTCHER, '  "butcher",', '"butcher"', "no table"),
    ("keywords.toml", BUTCHER, "  7,", '"baker"', "entry 5 of crafts is no table"),
    ("countries.toml", "country = [", "country = [\n  {},", "country = [", "entry 1 of country is no table"),
    ("keywords.toml", '"crafts", en', '"pottery", en', "crafts = [", "no keyword"),
    ("keywords.toml", '{ code = "crafts", en = "Crafts", lv = "Amatniecība" },', "", "crafts = [", "no keyword"),
    ("countries.toml", LATVIA, LATVIA.replace('["lv"]', "[]"), '"LV"', "no language"),
    ("countries.toml", LATVIA, LATVIA.replace('["lv"]', '["zz"]'), '"LV"', '"zz"'),
    ("countries.toml", LATVIA, LATVIA.replace('["lv"]', '["lv", "lv"]'), '"LV"', "twice"),
    ("countries.toml", LATVIA, '  { code = "LV", en = "Latvia", lv = "Latvija" },', '"LV"', "languages"),
    ("roles.toml", 'lv = "Iestāde"', 'lv = ["Iestāde"]', '"authority"', "text"),
    ("roles.toml", "]", "", "", "end of document"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for source in SHIPPED.glob("*.toml"):
        shutil.copy(source, tmp_path)
    return tmp_path


@pytest.mark.parametrize(("file", "old", "new", "where", "problem"), DAMAGE)
def test_damage_is_refused_with_file_and_line(
    copy: Path, file: str, old: str, new: str, where: str, problem: str
) -> None:
    text = (copy / file).read_text(encoding="utf-8")
    assert old in text
    text = text.replace(old, new, 1)
    (copy / file).write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load(copy)
    line = text.splitlines()[caught.value.line - 1]
    assert where in line
    assert problem in caught.value.problem
    assert str(caught.value) == f"{file}:{caught.value.line}: {caught.value.problem}"


def test_a_keyword_that_stands_under_itself_is_refused(copy: Path) -> None:
    path = copy / "keywords.toml"
    loop = '\na_word = [{ code = "b_word", en = "B", lv = "B" }]\nb_word = [{ code = "a_word", en = "A", lv = "A" }]\n'
    text = path.read_text(encoding="utf-8") + loop
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match="under itself") as caught:
        load(copy)
    assert text.splitlines()[caught.value.line - 1].startswith("a_word = [")


def _remove(path: Path) -> None:
    path.unlink()


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _latin(path: Path) -> None:
    path.write_bytes(b"# one\nrole = [\n# \xe4\n]\n")


def _deep(path: Path) -> None:
    path.write_text("role = " + "[" * 5000, encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "line", "problem"),
    [(_remove, 1, "cannot be read"), (_empty, 1, 'no "role"'), (_latin, 3, "UTF-8"), (_deep, 1, "too deeply")],
)
def test_a_file_that_is_none_is_refused(copy: Path, damage: Callable[[Path], None], line: int, problem: str) -> None:
    damage(copy / "roles.toml")
    with pytest.raises(CatalogueError, match=problem) as caught:
        load(copy)
    assert (caught.value.file, caught.value.line) == ("roles.toml", line)
