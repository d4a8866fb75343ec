"""What stands after a report and is no part of it: pleas, copyright, agency marks, links.

Every pattern here is tried on whole paragraphs from the end of the text upwards, and the
first paragraph that is none of these ends the walk: a report on subscriptions that does
not address the reader of this very paper keeps its last paragraph.
"""

from __future__ import annotations

import re

from extractors.text.agencies import AGENCY, is_agency, names_service

#: A paragraph that reports what somebody said is no plea, whatever it mentions.
_REPORTED = re.compile(
    r"(?i)\b(?:said|says|told|added|according to|announced|urged|reported|wrote|"
    r"tweeted|argued|claimed|sagte|"
    r"dijo|disse|a déclaré|сказал\w*|заявил\w*)\b"
)
#: A sentence that begins by telling the reader to do something.
_IMPERATIVE = re.compile(
    r"""(?ix)^[\W_]*(?:(?:please|also|now|jetzt|and|so)\s)?(?:
      subscribe | sign\sup | sign\sin | log\sin | register | become\sa | join | donate | support
      | make\sa | contribute | help
    | follow | like\sus | find\sus | download | get\s | receive | click | tap | read\s | see\salso
    | listen | watch | share
    | tell\sus | send\sus | email\sus | e-mail\sus | contact | stay | don['’]t\smiss | do\syou
    | have\sa | got\sa | want\s
    | love\s | like\swhat | enjoy | if\syou
    | to\s(?:subscribe|support|read|get|receive|continue|contact|learn)
    | for\s(?:more|full|all|the\slatest|breaking)
    | by\s(?:subscribing|donating|supporting|becoming|signing) | with\syour | your\s | our\s
    | we\s(?:rely|depend|need|are\s(?:a|an|able|funded|committed|independent)) | you\scan
    | this\s(?:newspaper|site|website|newsletter) | buy\s | advertise\swith | visit\s | check\sout
    | try\s | start\s | keep\s | thank | unlock | comment
    )"""
)
_PRODUCT = re.compile(
    r"""(?ix)\b(?: subscri\w+ | newsletters? | donat\w+ | donors? | membership | members?
    | journalism | journalists? | inbox | e-?paper
      | paywall
      | our\s(?:\w+\s){0,2}(?:apps?|channels?|coverage|reporting|work|readers?|website|podcasts?
      |alerts?|newsroom|stories) | apps?
      | alerts? | facebook | twitter | instagram | telegram | whatsapp | youtube | tiktok
      | linkedin | bluesky | threads | google\snews
      | us\son | us\sat | click\shere | free\strial | digital\saccess | unlimited\saccess
      | breaking\snews
      | @\w{3,} | read\smore | support\sus )\b"""
)
_OURS = re.compile(r"(?i)\b(?:us|our|ours|we)\b|\bthis (?:news)?(?:paper|site|letter)\b|@\w{3,}")
#: Openers after which no mention of the paper itself is needed.
_UNMISTAKABLE = re.compile(
    r"(?i)^[\W_]*(?:please |jetzt )?(?:consider (?:supporting|subscribing|donating|"
    r"becoming|making)|subscribe (?:to|now|today|here|for)|sign up (?:to|for|now|"
    r"today|here)|follow (?:us|@|\w+(?: \w+){0,3} on )|"
    r"download (?:the|our)|click here|like us|find us|get (?:the|our|all|more|"
    r"unlimited|full)|join (?:us|our|the conversation)|"
    r"become a (?:subscriber|member|supporter|patron)|donate (?:to|now|today|here)|"
    r"for more (?:news|stories|information|on|from|details|updates)|"
    r"stay (?:up to date|up-to-date|informed|tuned|connected|updated)|don['’]t miss|"
    r"check out our|visit our|register (?:now|here|for)|share this|support (?:us|our|"
    r"independent|quality|local|the .{2,60}(?:as little as|a month|"
    r"journalism|thank you))|"
    r"have a (?:news )?tip|since you['’]re here)"
)
#: Calls that are one even without naming what they are for, such as a button's words.
_SHORT_CALL = re.compile(
    r"(?i)^[\W_]*(?:please )?(?:subscribe|sign up|donate|click here|share this|register|follow|"
    r"support the|for more|since you)\b(?:\W*\w+){0,30}\W*$"
)
#: Said of journalism to lead up to a plea; cut only above one.
_PITCH = re.compile(
    r"(?i)\b(?:journalism|reporting|newsroom|free press|facts|misinformation|"
    r"trusted news|news organi[sz]ation|our readers|readers like you|paywall|advertising)\b"
)
_CALLS = re.compile(
    r"""(?ix)^[\W_]*(?:
      abonn\w+\s(?:sie|jetzt|vous) | jetzt\sabonnieren | unterstützen\ssie | folgen\ssie
      | newsletter | melden\ssie\ssich | lesen\ssie | lesen\s(?:auch|mehr)
    | abonnez | inscrivez | soutenez | faites\sun\sdon | suivez[-\s] | téléchargez | rejoignez
    | (?:à\s)?lire\s(?:aussi|également|plus) | je\sm['’]abonne
    | suscr[íi]b | s[íi]gue(?:nos|\s) | sigue\s | apoya | haz\suna\sdonaci | descarga | [úu]nete
    | lea\stambi[ée]n | leer\sm[áa]s | lee\stambi[ée]n | puede\sinteresarle
    | assine | inscreva | siga[-\s] | apoie | leia\s(?:também|mais) | baixe | clique\saqui | receba
    | abbonati | iscriviti | seguici | leggi\s(?:anche|tutto) | sostieni | scarica
    | abonneer | volg\sons | lees\s(?:ook|meer|verder) | steun\sons
    | подпис(?:ывайтесь|аться|итесь) | подпишитесь | читайте\s(?:также|нас) | поддержите
    | следите\sза | присоединяйтесь | скачать
    | subskrybuj | czytaj\s(?:także|też|więcej|również) | zobacz\s(?:też|także|również) | obserwuj
    | wesprzyj | polub
    | abone\sol | bizi\stakip | les\sogså | läs\s(?:också|mer|även) | følg\soss
    | διαβάστε\s(?:επίσης|ακόμη) | ακολουθήστε
    )"""
)
_COPYRIGHT = re.compile(
    r"""(?ix)(?: ^[\W_]*(?:©|\(c\)\s|copyright\s*(?:©|\(c\)|[:,]|by\b|(?:[\w.]+\s){0,4}\d{4})
    |&copy;) | \ball\srights\sreserved\b | alle\srechte\svorbehalten | tous\sdroits\sréservés
      | todos\slos\sderechos\sreservados | todos\sos\sdireitos\sreservados
      | tutti\si\sdiritti\sriservati | riproduzione\sriservata | все\sправа\sзащищены
      | wszelkie\sprawa\szastrzeżone | 無断転載 | 版权所有 | 版權所有 | 무단\s?전재 | 저작권자
      | may\snot\sbe\s(?:published,\sbroadcast|reproduced)
      | thomson\sreuters\strust\sprinciples | ^[\W_]*our\sstandards\s?: )"""
)
_NOTICE = re.compile(
    r"""(?ix)^[\W_]*(?:
      (?:except\sfor\sthe\sheadline|barring\sthe\sheadline|apart\sfrom\sthe\sheadline
      |with\sthe\sexception\sof\sthe\sheadline|only\sthe\sheadline)
    | (?:this|the)\s(?:story|article|report|copy|news|post|content)\s(?:has|was|is
    |have)\s(?:not\s(?:been\s)?(?:edited|created|written)|been\s(?:published|auto|automatically
    |sourced|taken|generated)|auto-?\s?generated
        |automatically\sgenerated|(?:also\s)?(?:first|originally)\s(?:published|appeared)
        |published\s(?:from|in\sarrangement|under)|part\sof\sa\spartnership|provided\sby
        |syndicated|republished)
    | (?:this|the)\s(?:story|article)\s(?:first|originally)\s(?:appeared|ran)
    | (?:originally|first)\spublished\s(?:on|by|at|in)
    | the\spost\s.{3,150}\s(?:first\s)?appeared\s(?:first\s)?on
    | published\swith\spermission | republished\s(?:with|from|under)
    | this\sis\sa\s(?:developing|breaking)\s(?:news\s)?story | more\sto\s(?:come|follow)
    | (?:with|includes?|inputs?|additional)\s(?:additional\s)?(?:inputs?|reports?|files|material
    |information|agency|agencies|news\sagency)?\s?(?:inputs?\s)?from\b(?=.{2,90}$)
    | with\s(?:agencies|agency\s(?:inputs|reports)|wires|wire\s(?:reports|services)|inputs)
    | (?:news\s)?agencies[\W_]*$ | mit\s(?:material|agenturmaterial)\s?(?:von|der)?
    | \(?avec\s(?:afp|reuters|agences)
    | con\sinformaci[óo]n\sde | com\sinforma[çc][õo]es\sd | disclaimer\s?:
    | (?:the\s)?(?:views|opinions)\s(?:and\s\w+\s)?expressed
    | (?:tags?|topics?|keywords?|filed\sunder|categor(?:y|ies)|schlagw[öo]rter|étiquettes
    |etiquetas|теги|labels)\s?:
    | (?:source|quelle|fuente|fonte|bron|źródło|источник|来源|來源|出典|kaynak
    |via)\s?[:：]\s?\S.{0,60}$
    | (?:责任编辑|責任編輯|编辑|編輯|责编|記者|记者)\s?[:：]
    | (?:share\sthis|share\son|print\sthis|comments?|leave\sa\scomment|advertisements?|anzeige
    |publicité|publicidad|реклама)\b[^.]{0,60}$
    | to\scontact\sthe\s(?:reporters?|authors?|editors?|writers?)
    | (?:contact|reach|email|e-mail|write\sto)\s.{2,80}@ | \S+@\S+\.\w+[\W_]*$
    )"""
)
_LINK = re.compile(
    r"""(?ix)^[\W_]*(?: (?:read|see|watch|hear|learn)\s(?:more|also|next|this|full|the\sfull|on)\b
    | (?:also|must)\s(?:read|see|watch)\b
      | related(?:\s(?:stories|articles?|news|links?|topics?|coverage|content|posts?
      |reading))?\s?[:：] | more\s(?:on|from|about)\s.{2,60}[:：]
      | more\s(?:stories|news|coverage)\b.{0,40}[:：]
      | (?:what\sto\sread\snext|recommended|you\smay\salso\slike|top\sstories|most\sread
      |trending)\b | mehr\s(?:zum\sthema|dazu)\b | zum\sthema\s?: | sur\sle\smême\ssujet
      | https?://\S+$ | www\.\S+$ | bit\.ly/ )"""
)
_RELATED_HEAD = re.compile(
    r"(?i)^[\W_]*(?:related(?: \w+){0,2}|tags|topics|keywords|"
    r"more (?:on|from|stories|news|headlines|"
    r"coverage)[^.]{0,40}|read (?:more|also|next)|see also|also read|recommended(?: \w+){0,2}|"
    r"top stories|most (?:read|popular)|trending(?: now)?|latest(?: \w+){0,2}|"
    r"you may (?:also )?like|mehr zum thema|lire aussi|lea también|leia também|"
    r"leggi anche|lees ook|читайте также)[\W_]*$"
)
_END_MARK = re.compile(r"[\W_]*(?i:end|ends|enditem|-?30-?|###|fin|ende|完|了|конец)?[\W_]*")
_PTI_INITIALS = re.compile(r"(?:PTI|ANI|IANS|UNI|BSS|APP)(?:[ /][A-Z]{2,4}){1,5}")
#: Longest plea seen is a paragraph of four or five sentences.
_MOST_WORDS = 110


def name_rule(paragraph: str, *, above_plea: bool = False) -> str | None:
    """Which rule makes the paragraph closing matter; None if it belongs to the report.

    `above_plea`: a plea was found right below it, so that a sentence on the worth of
    journalism leads up to that.
    """
    if len(paragraph) > 12 * _MOST_WORDS or (words := len(paragraph.split())) > _MOST_WORDS:
        return None
    if _is_agency_mark(paragraph):
        return "agency-sign-off"
    if paragraph in {"ENDS", "END", "Ends", "Enditem"} or (
        _END_MARK.fullmatch(paragraph) and not paragraph.isalpha()
    ):
        return "end-mark"
    # 70 words: AP's and the copyright notes of databases are that long
    if words <= 70 and _COPYRIGHT.search(paragraph) and not _REPORTED.search(paragraph):
        return "copyright"
    if _NOTICE.match(paragraph):
        return "notice"
    # 30 words: a link is a title, not a paragraph
    if words <= 30 and _LINK.match(paragraph):
        return "link"
    return "plea" if _is_plea(paragraph, above_plea=above_plea) else None


def find_related(paragraphs: tuple[str, ...]) -> int | None:
    """Index of a heading such as `Related stories` that only titles follow to the end."""
    for index in range(max(1, len(paragraphs) - 12), len(paragraphs)):
        if _RELATED_HEAD.match(paragraphs[index]) and all(map(_is_title, paragraphs[index + 1 :])):
            return index
    return None


_GLUED = re.compile(
    rf"(?<=[.!?\"”’)])(?:\s?(?:--|—|–|-)\s?{AGENCY}|"
    rf"\s{{1,2}}{AGENCY}(?:[/ -]\w{{2,4}})?|\s{{1,2}}\({AGENCY}(?:[/ -]\w{{2,4}})?\)|"
    rf"\s{{1,2}}(?:©|Copyright ©?)\s?[^.]{{2,60}}|\s{{1,2}}(?:{_PTI_INITIALS.pattern}|Enditem))\.?$"
)


def split_agency(paragraph: str) -> tuple[str, str] | None:
    """(report, sign-off) of a last paragraph that ends `... said. (AFP)` or `... -- Reuters`."""
    tail = max(0, len(paragraph) - 100)
    found = _GLUED.search(paragraph[tail:])
    if not found:
        return None
    return paragraph[: tail + found.start()], found[0].strip()


def _is_agency_mark(paragraph: str) -> bool:
    if len(paragraph) > 80:
        return False
    text = paragraph.strip(" \t-–—()[]*_|/.©~=")
    return bool(text) and (
        is_agency(text)
        or (len(text) < 40 and text.istitle() and len(text.split()) > 1 and names_service(text))
        or bool(_PTI_INITIALS.fullmatch(text))
        or bool(
            re.fullmatch(
                r"[a-z]{2,5}/[a-z]{2,5}(?:/[a-z\W]{2,12})?(?: \([A-Za-z, ]{2,30}\))?", text
            )
        )
    )


def _is_plea(paragraph: str, *, above_plea: bool) -> bool:
    if _CALLS.match(paragraph):
        return True
    if paragraph[0] in "\"“„«'‘" or _REPORTED.search(paragraph):
        return False
    if _UNMISTAKABLE.match(paragraph) and (
        _PRODUCT.search(paragraph) or _OURS.search(paragraph) or _SHORT_CALL.match(paragraph)
    ):
        return True
    if _OURS.search(paragraph) and _PRODUCT.search(paragraph) and _IMPERATIVE.match(paragraph):
        return True
    return above_plea and bool(_PITCH.search(paragraph)) and len(paragraph.split()) <= 60


def _is_title(paragraph: str) -> bool:
    return len(paragraph.split()) <= 20 and not re.search(r"[.;:,]$", paragraph)
