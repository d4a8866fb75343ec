"""What lines that are not an article's text look like, in the languages of most news sites."""

from __future__ import annotations

import re

CUE = re.compile(
    r"^\W*(?:read (?:more|also|next|this|the full)|see (?:also|more)|also read|"
    r"related(?: \w+)?\s*:|"
    r"watch\s*(?:[|:]|more)|listen (?:to|:)|recommended (?:videos?|stories|reading)|"
    r"article (?:content|continues)|story continues|"
    r"(?:advertisement|advertising|anzeige|werbung|publicité|publicidad|pubblicità|reklama?|"
    r"реклама|reclame|annonse?|reklame|広告)\s*$|"
    r"trending(?: now)?\s*$|most (?:read|popular)\W*$|what to read next|on topic\W*$|"
    r"up next|more\s*:\s|(?:scroll|click|flip) through (?:the|our) (?:gallery|photos|slideshow)|"
    r"lesen sie (?:auch|mehr|dazu|hier)|lies (?:auch|mehr)|mehr (?:zum thema|dazu|aus|zu)|"
    r"zum artikel\s*:|auch interessant|siehe auch|weiterlesen|"
    r"lire (?:aussi|la suite|plus)|à lire|voir aussi|sur le même sujet|>>|➡|►|▶|"
    r"lee (?:también|más)|leer más|te puede interesar|ver también|más información\s*:?\s*$|"
    r"noticias? relacionadas?|"
    r"leggi (?:anche|tutto)|potrebbe interessarti|leia (?:também|mais)|veja também|saiba mais|"
    r"lees (?:ook|meer|verder)|les (?:også|mer|hele)|læs (?:også|mere)|läs (?:också|även|mer)|"
    r"czytaj (?:więcej|też|także|również)|zobacz (?:też|także|również|więcej)|przeczytaj|"
    r"čtěte (?:také|více)|читайте (?:также|еще|ещё|подробнее)|см\. также|смотрите также|"
    r"читать (?:далее|также)|"
    r"ilgili haber|ayrıca okuyun|関連記事|相关新闻|相关阅读|延伸閱讀|더 읽기|관련기사)",
    re.IGNORECASE,
)
#: Words that open a cue and a sentence alike: a cue has no full stop, nor is it long.
VAGUE_CUE = re.compile(
    r"^\W*(?:more (?:on|from|about|in) |don[’']t miss\b|in this article\W*$)", re.IGNORECASE
)
CREDIT = re.compile(
    r"^\W{0,3}(?:photos?|foto(?:\(s\)|s|graf)?|bild(?:er)?|image|picture|credit|video|фото|zdjęcie|"
    r"fot|getty images|afp|reuters|ap photo|"
    r"写真|©)\s*(?:[:/|©]|by\b|$)|^\W*©",
    re.IGNORECASE,
)
CREDITED = re.compile(
    r"[(\[](?:image|photo|picture|foto|bild|credit|photograph|файл|фото|ap photo|afp|getty|"
    r"reuters|dpa|epa|pa)\b[^()]*[)\]]\s*$|"
    r"(?:getty images|/ ?afp|/ ?reuters|/ ?ap|/ ?dpa|/ ?epa|via ap|shutterstock|istock)\W*$",
    re.IGNORECASE,
)
#: One of them is in every line that CREDITED finds, but for those that end in a bracket.
CREDITED_WORDS = ("getty images", "/", "via ap", "shutterstock", "istock")
#: Words of which one is enough, near either end of a text, for a plea, a notice or an offer.
PLEAS = (
    "newsletter", "inbox", "sign up for", "sign up to", "sign up here", "sign up now",
    "subscribe to", "subscribe now", "by signing up",
    "subscribing to", "subscribe today", "subscribe for", "unsubscribe", "follow us on",
    "like us on", "find us on", "join us on",
    "whatsapp", "telegram channel", "telegram-kanal", "telegram-канал", "abonnieren", "abonnez",
    "suscríbete", "suscribirse",
    "iscriviti", "assine ", "abonneer", "abonner ", "prenumerera", "подписаться",
    "подписывайтесь", "zapisz się", "abmelden",
    "datenschutzerklärung", "datenschutzrichtlinie", "datenschutzbestimmung", "privacy policy",
    "privacy notice", "terms of use",
    "terms of service", "terms and conditions", "all rights reserved", "alle rechte vorbehalten",
    "tous droits réservés",
    "todos los derechos", "tutti i diritti", "todos os direitos", "все права", "wszelkie prawa",
    "copyright", "earn a commission",
    "earn commission", "affiliate commission", "affiliate link", "support our journalism",
    "support independent journalism",
    "news tip", "bookmark our", "your destination for", "become a member", "register for free",
    "already have an account",
    "log in to", "login to", "leave a comment", "share this article", "share this story",
    "faites un don", "do you have a story", "we may earn", "may earn us a commission",
    "we may receive payment", "we may receive compensation", "affiliate programs",
    "ad block users", "more stories like this", "comments on this piece are",
    "get in touch with", "download our app", "download the app", "unterstützen sie uns",
)  # fmt: skip
#: One of them is in every line that FOLLOW finds.
FOLLOW_WORDS = ("follow ", "disclaimer", "start your ")
FOLLOW = re.compile(
    r"\bfollow .{2,40} on (?:twitter|facebook|x|instagram|google|threads|bluesky)\b|"
    r"^\W*disclaimer\b|\bstart your .{2,40} (?:subscription|trial)\b",
    re.IGNORECASE,
)
STAMP = re.compile(
    r"^\W*(?:(?:first |last )?(?:published|updated|posted|modified)|publicado|publié|pubblicato|"
    r"veröffentlicht|aktualisiert|stand|publicerad|"
    r"publisert|opublikowano|опубликовано|gepubliceerd)\b.{0,60}$|"
    r"^\W*\d{1,3}\s*(?:min(?:ute)?s?|minuten|мин)\.?(?:[- ](?:read|lesezeit|de lecture|"
    r"leestijd))?\s*$|^\W*(?:\d+|an?|one|two) (?:minute|hour|day|week|month)s? ago\s*$|"
    r"^\W*\d{1,3} (?:of|von|de|di|van|из|/) \d{1,3}\W*$|^\W*(?:duration|dauer|"
    r"durée)\s*:?\s*[\d:]+\s*$",
    re.IGNORECASE,
)
STOPS = frozenset('.!?。！？”"')
#: Who else had a hand in a text, and where it stood before, in its last lines.
SOURCED = re.compile(
    r"^\W*(?:with (?:files|reports?|reporting|information|inputs?) from (?-i:[A-Zt])|"
    r"includes (?:information|reporting) from\b|mit (?:informationen|material) (?:von|der|des)\b|"
    r"avec (?:l['’])?(?:afp|reuters|ap)\b|con (?:información|agencias)\b|"
    r"(?:this|the) (?:article|piece|story|column|essay) (?:was )?(?:first |originally )*"
    r"(?:appeared|published)\b|originally published\b|erstveröffentlichung\b|"
    r"dieser (?:artikel|text|beitrag) (?:erschien|ist (?:zuerst )?erschienen)|"
    r"cet article (?:a été|est) (?:initialement )?(?:publié|paru)|"
    r"este artículo (?:fue publicado|se publicó)|"
    r"(?:this|the) (?:episode|story|piece|article|report|interview|podcast) was (?:produced|edited|"
    r"reported|written|hosted) by\b|(?:additional )?(?:reporting|writing|editing) by (?-i:[A-Z])|"
    r".{3,120} contributed(?: (?:to|reporting|from)\b.{0,50})?\W*$|"
    r"more information\s*:.*\bdoi\b|.*\d{4}\s?;\s?\d.*\bdoi:\s?10\.\d{4}|"
    r"citation\s*:.*\bretrieved\b)",
    re.IGNORECASE,
)
#: One of them is in every line that CONSENT finds.
CONSENT_WORDS = (
    "privac", "privacidad", "confidentialité", "protection", "cookie", "datenschutz", "extern",
    "redaktioneller", "content", "contenu", "commission", "affiliate", "compensation",
    "editorial ", "independently", "mentioned", "for review", "for this review",
    "accurate information possible",
)  # fmt: skip
#: Consent to somebody else's content inside a text, and the outlet's own terms.
CONSENT = re.compile(
    r"\b(?:our|unserer?n?|notre|nuestra|nossa|nostra|onze) (?:privacy (?:policy|notice)|"
    r"cookie policy|datenschutz\w*|politique de (?:confidentialité|protection)|política de "
    r"privacidad[e]?|informativa sulla privacy|privacyverklaring)|"
    r"\bwe (?:may|might|can|could) (?:also )?(?:earn|receive|get|make)\b.{0,60}(?:commission|"
    r"compensation|affiliate)|"
    r"externe[nr]? inhalte?[ns]? (?:angezeigt|anzeigen|geladen|laden)|"
    r"externen inhalt, der|empfohlener redaktioneller inhalt|"
    r"allow (?:external|third[- ]party) content|content (?:is )?provided by a third party|"
    r"contenu (?:externe|tiers) .{0,40}(?:cookies|consent)|"
    # how it works, what its writers own, who chose its offers, and who gave what is reviewed
    r"(?:^|[.!?]\s)\s*(?:read|see|view|learn (?:more )?about|find out (?:more )?about) [^.]{0,30}"
    r"\beditorial (?:process|polic(?:y|ies)|standards|guidelines|principles)\b|"
    r"\bin order to (?:give|provide) you\b.{0,60}\baccurate information possible\b|"
    r"\bour (?:editors|writers|team|experts)(?: all)? independently (?:select|choose|review|"
    r"research|test)|\bwe independently (?:select|choose|review|research|test) (?:everything we|"
    r"(?:all |the |these |our )*(?:products|items))|"
    r"\bindependently (?:selected|chosen|reviewed|researched) by our (?:editor|writers|team|"
    r"experts)|"
    r"\b(?:positions?|shares?) in any (?:of the )?(?:stocks?|securities|compan(?:y|ies)) "
    r"mentioned\b|"
    r"\b(?:copy|code|unit|sample|device)\b.{0,60}\b(?:(?:provided|supplied|loaned|sent)\b.{0,60}"
    r"\bfor this review|sourced for review)\b",
    re.IGNORECASE,
)
#: What follows an author's name in a note about the author.
OFFICE = re.compile(
    r",?\s+(?:is (?:an?|the|currently|based)|was (?:an?|the)|has (?:been|covered|written|"
    r"worked)|covers|writes|reports|joined|works|currently|"
    r"ist |arbeitet|schreibt|berichtet|est |es (?:un|una|la|el|periodista)|è |is (?:redacteur|"
    r"verslaggever)|er (?:journalist|redaktør))",
    re.IGNORECASE,
)
BY = re.compile(
    r"^\W*(?:by|von|par|por|di|door|av|af|автор|text|autor(?:in)?)\b[\s:]", re.IGNORECASE
)
