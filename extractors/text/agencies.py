"""News agencies by the names that datelines, credits and sign-offs print."""

from __future__ import annotations

import re

#: Wire services; the name as printed, matched whole and without regard to case. Three-letter
#: names that are words or parties elsewhere (`ANI`, `PA`) are safe here because every caller
#: asks for more than the name: brackets, a dash, a line of its own.
NAMES = (
    "Reuters", "Thomson Reuters", "Reuters Newsroom", "Agence France-Presse", "AFP",
    "AFP Relaxnews", "Associated Press", "The Associated Press", "AP", "AP News", "UPI",
    "Bloomberg", "Bloomberg News", "Dow Jones", "Dow Jones Newswires", "dpa", "dpa-AFX",
    "dpa/AFX", "dpa international", "DPA", "Deutsche Presse-Agentur", "epd", "KNA", "APA",
    "Keystone-SDA", "SDA", "EFE", "Agencia EFE", "Europa Press", "EP", "Notimex", "Télam",
    "Telam", "ANSA", "AGI", "Adnkronos", "askanews", "LaPresse", "Lusa", "Agência Lusa",
    "Agência Brasil", "ABr", "Estadão Conteúdo", "Folhapress", "Belga", "ANP", "TT", "NTB",
    "Ritzau", "STT", "PAP", "ČTK", "CTK", "MTI", "Hina", "Tanjug", "Beta", "FENA", "Agerpres",
    "BTA", "AMNA", "ANA-MPA", "Anadolu", "Anadolu Agency", "Anadolu Ajansı", "AA", "DHA", "IHA",
    "TASS", "ITAR-TASS", "ТАСС", "Sputnik", "Sputnik News", "RIA Novosti", "РИА Новости",
    "Interfax", "Интерфакс", "ИНТЕРФАКС", "Ukrinform", "Укринформ", "Укрінформ", "UNIAN", "УНИАН",
    "BelTA", "БЕЛТА", "Kazinform", "Trend", "Xinhua", "Xinhua News Agency", "新华社", "CNA",
    "Focus Taiwan", "中新社", "中央社", "Kyodo", "Kyodo News", "共同", "Jiji", "Jiji Press",
    "時事", "Yonhap", "Yonhap News", "Yonhap News Agency", "연합뉴스", "뉴시스", "Newsis",
    "뉴스1", "KCNA", "PTI", "Press Trust of India", "ANI", "IANS", "UNI", "BSS", "UNB", "APP",
    "INP", "PPI", "UrduPoint", "UrduPoint News", "Bernama", "BERNAMA", "Antara", "ANTARA", "PNA",
    "VNA", "TTXVN", "MNA", "SANA", "WAM", "SPA", "KUNA", "QNA", "BNA", "Petra", "MENA", "IRNA",
    "ISNA", "Mehr", "Fars", "Tasnim", "WAFA", "TPS", "NAN", "GNA", "PANA", "SABC", "MAP", "APS",
    "TAP", "Press Association", "PA", "PA Media", "AAP", "NZ Newswire", "RNZ",
    "The Canadian Press", "Canadian Press", "CP", "CMC", "Prensa Latina", "PL", "IPS",
    "Inter Press Service", "RFE/RL", "VOA", "BBC", "CNN", "CNN Business", "CBS News", "NBC News",
    "ABC News", "PRNewswire", "PR Newswire", "Business Wire", "BUSINESS WIRE", "GLOBE NEWSWIRE",
    "GlobeNewswire", "Newsfile", "ACN Newswire", "Baltic News Service", "BNS", "LETA", "ELTA",
    "Agencies",
    "Web Desk", "News Desk", "Monitoring Desk", "Staff Report",
    "News Agencies", "Wire Services", "رويترز", "أ ف ب", "د ب أ", "وام", "واس",
    "भाषा", "एएनआई", "वार्ता",
)  # fmt: skip

_ONE = "|".join(sorted((re.escape(name) for name in NAMES), key=len, reverse=True))
AGENCY = rf"(?:{_ONE})"
_LIST = re.compile(
    rf"(?:the\s)?{AGENCY}(?:\s?(?:[/,&+;|]|-|\band\b|\bund\b|\bet\b|\by\b|\be\b)\s?(?:the\s)?(?:{AGENCY}|[a-z]{{2,4}}))*",
    re.IGNORECASE,
)
#: Words that make a bracket after a place a news service even if it is not in the list.
_SERVICE = re.compile(
    r"\b(?:news|agency|agencies|press|wire|newswire|service|media|times|post|herald|tribune|"
    r"gazette|journal|bureau|newsroom|correspondent|reporter|staff|radio|tv|network|agencia|"
    r"newspapers?|shimbun|sentinel|nachrichten\w*|daily|morning|evening|mail|mirror|telegraph|guardian|express|"
    r"standard|observer|chronicle|courier|digest|dispatch|monitor|examiner|bulletin|"
    r"agentur|presse|prensa|agence|agenzia|ajans\w*)\b",
    re.IGNORECASE,
)


def is_agency(text: str) -> bool:
    """Whether the text is the name of an agency, or of several (`dpa/AFP`, `AP and Reuters`)."""
    # four long names with commas fill 80 characters
    return len(text) <= 80 and bool(_LIST.fullmatch(text.strip(" \t.")))


def names_service(text: str) -> bool:
    """Whether the text names a news service, known or by its words (`Gulf Media Service`)."""
    if _SERVICE.search(text):
        return True
    return any(is_agency(part) for part in re.split(r"[/,;|]| - | – ", text[:100]))
