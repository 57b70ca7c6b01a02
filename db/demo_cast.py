"""The cast of the demo: the authorities and people written by hand, so that every case there is can be seen.

Among them are names that a careless screen would obey: markup, escape sequences, a right-to-left override.
"""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "Demo-Parole-2026"  # noqa: S105  # printed by `imi demo --logins` and shown on the demo's log-in screen
"""The password of everybody in the demo."""


@dataclass(frozen=True)
class CastAuthority:
    """An authority written by hand; its contact is generated."""

    country: str
    language: str
    official_name: str
    informal: dict[str, str]
    description: dict[str, str]
    email: str
    modules: tuple[str, ...]
    keywords: tuple[str, ...]
    access_manager: bool = False


@dataclass(frozen=True)
class Part:
    """A person written by hand; `authority` is an index into `CAST_AUTHORITIES`, days count back from now."""

    authority: int
    first_name: str
    surname: str
    username: str
    email: str
    language: str = "lv"
    phone: str = ""
    administrator: bool = False
    everything: bool = False
    rights: tuple[tuple[str, str], ...] = ()
    temporary: bool = False
    blocked: bool = False
    password_days_ago: int = 40
    last_login_days_ago: int | None = 2
    registered_days_ago: int = 700
    mail: str = ""
    login: str = ""
    """The role under which `imi demo --logins` lists the person; empty: not listed."""


CAST_AUTHORITIES = (
    CastAuthority(
        "LV",
        "lv",
        "Valsts darba inspekcija",
        {"lv": "Darba inspekcija", "en": "Labour Inspectorate", "de": "Arbeitsaufsicht"},
        {
            "lv": "Uzrauga darba tiesību un darba aizsardzības prasību ievērošanu, arī darbinieku norīkošanu.",
            "en": "Supervises compliance with labour law and health and safety at work, posting of workers included.",
        },
        "pasts@vdi.example",
        ("services", "posting_of_workers", "professional_qualifications", "cash_in_transit"),
        ("labour_law", "posted_workers", "occupational_safety", "undeclared_work"),
    ),
    CastAuthority(
        "LV",
        "lv",
        "Latvijas IMI koordinācijas birojs",
        {"lv": "IMI koordinatori", "en": "IMI coordinators for Latvia"},
        {"lv": "Reģistrē Latvijas iestādes IMI sistēmā un piešķir tām piekļuvi moduļiem."},
        "imi@koordinacija.example",
        ("services", "posting_of_workers", "professional_qualifications", "public_documents", "gdpr"),
        ("posted_workers", "employment_services"),
        access_manager=True,
    ),
    CastAuthority(
        "LV",
        "lv",
        "Mazpilsētas būvvalde",
        {"lv": "Būvvalde", "en": "Building Board of Mazpilsēta"},
        {"lv": "Izsniedz būvatļaujas un uzrauga būvniecību novadā."},
        "buvvalde@mazpilseta.example",
        ("services",),
        ("building_permits", "construction_products"),
    ),
    CastAuthority(
        "IE",
        "en",
        "Health Professions Board of Ireland",
        {"en": "Health Professions Board", "lv": "Veselības aprūpes profesiju padome"},
        {"en": "Recognises qualifications in the health professions and answers questions about those registered."},
        "office@hpb.example",
        ("professional_qualifications", "patients_rights"),
        ("public_health", "health_care_providers"),
    ),
    CastAuthority(
        "FR",
        "fr",
        "\x1b[31mPréfecture\x1b[0m\x1b]0;pwned\x07 de l’Exemple \u202eelpmexE [bold]x[/bold]",
        {"fr": "Préfecture [/x]", "en": "Prefecture \x9b31m of Exemple"},
        {"fr": "Nom enregistré avec des caractères de commande : ils sont montrés, jamais obéis.\x00"},
        "contact@exemple-prefecture.example",
        ("services", "firearms"),
        ("building_permits", "vehicle_register"),
    ),
    CastAuthority(
        "DE",
        "de",
        "Landesamt für Anerkennungs-, Dienstleistungs- und Entsendeangelegenheiten der Bezirke Nord und Süd, "
        "Referat für grenzüberschreitende Zusammenarbeit",
        {
            "de": "Landesamt für Anerkennung und Entsendung",
            "en": "State Office for Recognition and Posting",
            "lv": "Kvalifikācijas atzīšanas un norīkošanas birojs",
        },
        {"de": "Zuständig für die Anerkennung von Berufsqualifikationen und die Entsendung von Beschäftigten."},
        "poststelle@lade.example",
        ("professional_qualifications", "services", "posting_of_workers"),
        ("posted_workers", "labour_law", "undeclared_work"),
    ),
    CastAuthority(
        "BE",
        "en",
        "European Commission, IMI translation desk",
        {"en": "IMI translation desk", "lv": "IMI tulkojumu dienests"},
        {"en": "Keeps the informal names and descriptions of all authorities in IMI translated."},
        "translations@commission.example",
        (),
        (),
    ),
)

_HANDLER = (("services", "request_handler"),)
_BASIC = (("services", "basic_user"),)

CAST = (
    Part(
        0,
        "Anna",
        "Bērziņa",
        "berziann",
        "anna.berzina@vdi.example",
        phone="+371 67 021 701",
        administrator=True,
        everything=True,
        password_days_ago=61,
        last_login_days_ago=0,
        login="administrator",
    ),
    Part(
        0,
        "Jānis",
        "Kalniņš",
        "kalnijan",
        "janis.kalnins@vdi.example",
        phone="+371 67 021 702",
        rights=_HANDLER + _BASIC,
        temporary=True,
        password_days_ago=5,
        last_login_days_ago=None,
        registered_days_ago=5,
        mail="sent",
        login="user",
    ),
    Part(
        0,
        "Līga",
        "Ozola",
        "ozolalig",
        "liga.ozola@vdi.example",
        rights=_HANDLER,
        blocked=True,
        last_login_days_ago=3,
    ),
    Part(
        0,
        "Pēteris",
        "Zariņš",
        "zarinpet",
        "peteris.zarins@vdi.example",
        rights=_BASIC,
        password_days_ago=214,
        last_login_days_ago=213,
        login="user",
    ),
    Part(
        0,
        "Ilze",
        "Liepa",
        "liepailz",
        "ilze.liepa@vdi.example",
        phone="+371 67 021 703",
        administrator=True,
        rights=_BASIC,
        password_days_ago=161,
        last_login_days_ago=1,
        login="administrator",
    ),
    Part(
        0,
        "Māra",
        "Kļaviņa",
        "klavimar",
        "mara.klavina@vdi.example",
        rights=(("posting_of_workers", "basic_user"), *_BASIC),
        password_days_ago=175,
        last_login_days_ago=4,
        login="user",
    ),
    Part(
        0,
        "Andris",
        "Krūmiņš",
        "krumiand",
        "andris.krumins@vdi.example",
        temporary=True,
        password_days_ago=20,
        last_login_days_ago=None,
        registered_days_ago=40,
        mail="given_up",
    ),
    Part(0, "Ελένη", "Παπαδοπούλου", "papadele", "eleni.papadopoulou@vdi.example", language="el", rights=_BASIC),
    Part(0, "[/x]", "Zvirbulis[/bold]", "zvirbuli", "zvirbulis@vdi.example", language="en", rights=_BASIC),
    Part(
        0,
        "\x1b[7mIvo\x1b[0m",
        "Sarkans\x1b]52;c;eA==\x07\u202esnakraS",
        "sarkaivo",
        "ivo.sarkans@vdi.example",
        rights=_BASIC,
    ),
    Part(
        0,
        "Aleksandra-Konstantīna Vilhelmīne",
        "Ķirsone-Šķipsniece-Ādamsone no Mazsalacas-Rūjienas-Valkas",
        "kirsoale",
        "aleksandra-konstantina.kirsone-skipsniece-adamsone@struktūrvienība.vdi.example",
        rights=_HANDLER,
        password_days_ago=165,
        last_login_days_ago=20,
    ),
    Part(0, "Željko", "Đurić", "duriczel", "zeljko.duric@vdi.example", language="hr", last_login_days_ago=35),
    Part(
        1,
        "Inese",
        "Vītola",
        "vitoline",
        "inese.vitola@koordinacija.example",
        phone="+371 67 021 710",
        administrator=True,
        everything=True,
        last_login_days_ago=1,
        login="access-manager",
    ),
    Part(
        1,
        "Toms",
        "Jansons",
        "jansotom",
        "toms.jansons@koordinacija.example",
        administrator=True,
        rights=_BASIC,
        last_login_days_ago=6,
    ),
    Part(
        2,
        "Guna",
        "Sproģe",
        "sproggun",
        "guna.sproge@mazpilseta.example",
        administrator=True,
        everything=True,
        last_login_days_ago=8,
        login="administrator",
    ),
    Part(
        3,
        "Aoife",
        "Ó Murchú",
        "omurcaoi",
        "aoife.omurchu@hpb.example",
        language="en",
        administrator=True,
        everything=True,
        last_login_days_ago=1,
        login="administrator",
    ),
    Part(
        3,
        "Séan",
        "Walsh",
        "walshsea",
        "sean.walsh@hpb.example",
        language="en",
        rights=(("professional_qualifications", "request_handler"),),
        login="user",
    ),
    Part(
        4,
        "Zoé",
        "L’Hermitte",
        "lhermzoe",
        "zoe.lhermitte@exemple-prefecture.example",
        language="fr",
        administrator=True,
        everything=True,
        login="administrator",
    ),
    Part(
        5,
        "Käthe",
        "Groß",
        "grosskat",
        "kaethe.gross@lade.example",
        language="de",
        administrator=True,
        everything=True,
        login="administrator",
    ),
    Part(
        6,
        "Marie",
        "Claes",
        "claesmar",
        "marie.claes@commission.example",
        language="en",
        administrator=True,
        everything=True,
        login="translator",
    ),
)
