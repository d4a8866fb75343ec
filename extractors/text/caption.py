"""Photo captions that stand before or within the text, labelled or told by their credit."""

from __future__ import annotations

import re

from extractors.text.agencies import AGENCY, names_service
from schemas.model import Frozen


class Caption(Frozen):
    """A caption cut off a paragraph: its `label` as printed, `text` with its credit, `rest`.

    Under a label such as `Image source` the text is a credit only.
    """

    label: str
    text: str
    rest: str

    @property
    def is_credit(self) -> bool:
        """Whether the label says that only the picture's maker is named."""
        return bool(
            re.search(r"(?i)\b(?:credit|crédit|source|copyright|courtesy|by)\b", self.label)
        )


#: Labels; a colon, or for the first group nothing at all, separates them from the caption.
_LABEL = re.compile(
    r"""(?x)(?P<label>
      (?i:photo\s?/\s?illu?(?:stration|tration|st)s?)\s?:?
    | (?:FILE\s(?:PHOTO|PICTURE|IMAGE)|File\s(?:[Pp]hoto|[Pp]icture|[Ii]mage)|FILE)\s?(?::|--?|–|—)
    | (?i:(?:file|handout|main|lead|representative|representational|archive|undated|cover|top
    |header|featured?)?\s?
       (?:photo(?:graph)?s?|images?|pictures?|pics?|illustration|graphic|caption|foto|fotos|bild
       |bildunterschrift|bildtext|
          imagen|fotograf[ií]a|immagine|l[ée]gende|cr[ée]dit\sphoto|zdj[ęe]cie|фото|фотография
          |写真|資料写真|图片|圖片|图|사진)
       (?:\s(?:caption|credit|source|by|courtesy|illustration))?)\s?[:：]
    | Image\s(?:caption|source|copyright),?(?=\s?[A-Z])
    | PHOTO(?=\s?[A-Z][a-z])
    )\s*"""
)
#: A credit that only a picture has: a photographer, an archive, a pool, "file".
_SOURCE = (
    rf"(?:{AGENCY}|Getty(?:\sImages)?|GETTY(?:\sIMAGES)?|Shutterstock|Alamy|iStock|VCG|"
    rf"Zuma(?:\sPress)?|ZUMA|EPA(?:-EFE)?|IMAGO|imago|picture\salliance|Pool|POOL|"
    rf"Unsplash|Wikimedia(?:\sCommons)?|Flickr)"
)
_PERSON = r"[^\W\d_][\w.'’\- ]{2,40}"
_PHOTO_CREDIT = rf"""(?:
    (?:Pool|POOL|File|FILE|Handout|HANDOUT|[Ff]ile\s(?:photo|pic|picture|image)|[Pp]ool\sphoto
    |[Ss]creen\s?(?:grab|shot)|(?:Photo\s)?[Cc]ourtesy\b|Provided\sby\b
    |[Rr]epresentational\simage)[^()\[\]]{{0,60}}
  | (?:AP\s|EPA\s|Pool\s|Kyodo\s)?(?:Photos?|PHOTOS?|Images?|Pictures?|Pics?|Foto|Photograph
  |Illustration|Bild|Фото)(?:\s?[:/]|\s(?:by|credit|via|from|courtesy|provided|d['’]archives|von
  |de)\b)[^()\[\]]{{1,80}}
  | [A-Z][^()\[\]]{{2,50}}\s(?:(?:file|handout|pool|courtesy)\s)?(?:photos?|pics?|images?)
  | [^()\[\]]{{0,60}}(?:Getty|GETTY|Shutterstock|Alamy|EPA-EFE|IMAGO|picture\salliance
  |[/ ]via\s[A-Z])[^()\[\]]{{0,60}}
  | {_SOURCE}\s?/\s?{_PERSON}(?:/[\w ]+)? | {_PERSON}\s?/\s?{_SOURCE}(?:/[\w ]+)?
  | 写真[^()]{{0,30}} | 資料写真 | [^()（）]{{0,20}}(?:撮影|摄|攝|提供)
)"""
_STRONG = re.compile(rf"""(?x)\s*(?:[(（\[]\s?(?P<inside>{_PHOTO_CREDIT})\s?[)）\]]\.?)""")
#: The same at the end of a paragraph, where it needs no brackets.
_STRONG_END = re.compile(
    rf"""(?x)(?:[(（\[]\s?{_PHOTO_CREDIT}\s?[)）\]]\.?
      | (?:[|/•–—-]\s?|(?<=[.!?"”’])\s*)(?:(?i:photos?|pictures?|images?|photograph|foto|credit
      |bild|crédit)(?:\scredit|\sby|\scourtesy(?:\sof)?)?\s?:\s?[^.:]{{2,60}}
      |Photo\sby\s[^.:]{{2,60}}|Courtesy\s(?:of\s)?[^.:]{{2,60}})\.?
      | (?<=[.!?"”’])\s*(?:©\s?)?(?:REUTERS|AP\sPhoto|AFP|Reuters|EPA
      |Xinhua)/\s?{_PERSON}(?:/[\w ]+)?(?:/File\sPhoto)?
      | (?<=[.!?"”’])\s*(?:AP\sPhoto|Getty\sImages|GETTY\sIMAGES
      |REUTERS/[A-Z][\w. ]+)(?:/{_PERSON})?
      | (?<=[.!?"”’])\s*[A-Z]{_PERSON}/\s?(?:Getty(?:\sImages)?|GETTY\sIMAGES|Reuters|REUTERS|AFP
      |AP|EPA|Shutterstock)
      | [|•]\s?{_SOURCE}(?:[/-]\w+)?
      | [—–-]\s?(?:[A-Z][\w ]{{1,25}}\s)?(?:file\s)?(?:pic|pix|photo|image)
    )\s*$"""
)
#: What any such ending has, looked for first: most paragraphs have none of it.
_MAY_END = re.compile(
    r"[/:|)\]）©•]|Courtesy|(?:pic|pix|photo|image|Images|IMAGES|Photo)\s*\.?\s*$"
)
#: A source in brackets that may as well sign a short report.
_WEAK_END = re.compile(r"[(\[（]\s?(?P<inside>[^()\[\]（）]{2,50})\s?[)\]）]\.?$")
_SOURCE_CREDIT = re.compile(rf"[(\[]{_SOURCE}[)\]]")
#: How far into a paragraph a credit may end that has the lead glued to it: captions run
#: to about 60 words.
_LONGEST = 450
#: Words a caption of its own may have: past that a labelled paragraph holds the lead too.
_MOST_WORDS = 80


def read_caption(paragraph: str, *, first: bool, followed: bool) -> Caption | None:
    """The caption a paragraph consists of or starts with; None if it has none.

    `first`: no sentence of the article stands before it, so that weak credits (`(Reuters)`)
    count and a caption may be glued to the lead. `followed`: more paragraphs come.
    """
    label = _LABEL.match(paragraph)
    start = label.end() if label else 0
    if start >= len(paragraph):
        return None
    if first and (split := _glued(paragraph, start)):
        return Caption(
            label=paragraph[:start],
            text=paragraph[start:split].strip(),
            rest=paragraph[split:].strip(),
        )
    ends = _STRONG_END.search(paragraph[-200:]) if _MAY_END.search(paragraph[-120:]) else None
    if label is None:
        weak = first and followed and _has_weak_credit(paragraph)
        if not (ends or weak) or len(paragraph.split()) > _MOST_WORDS:
            return None
        if not ends and not _is_one_sentence(paragraph):
            return None
        return Caption(label="", text=paragraph, rest="") if followed else None
    text = paragraph[start:].strip()
    if not followed or len(text.split()) > _MOST_WORDS:
        return _first_sentence(paragraph, start) if first else None
    return Caption(label=paragraph[:start], text=text, rest="")


def read_leading_credit(paragraph: str) -> str | None:
    """The picture's credit that a report is glued to: `(Photo: AFP) The council ...`."""
    found = _STRONG.match(paragraph)
    # eight words: less is a caption that follows its credit
    if not found or len(paragraph[found.end() :].split()) < 8:
        return None
    return found[0]


def is_credit(paragraph: str) -> bool:
    """Whether the paragraph is nothing but a picture's credit: `(Pool)`, `AP Photo/Ana Ruiz`."""
    return len(paragraph) < 90 and bool(
        _STRONG.fullmatch(paragraph)
        or re.fullmatch(
            rf"(?:REUTERS|AP\sPhoto|AFP|Getty\sImages|EPA|Xinhua)\s?/\s?{_PERSON}(?:/[\w ]+)?"
            rf"|{_SOURCE}\s(?:Photos?|Pictures?)|Getty\sImages|GETTY\sIMAGES",
            paragraph,
        )
    )


def _has_weak_credit(paragraph: str) -> bool:
    found = _WEAK_END.search(paragraph[-80:])
    return found is not None and (
        names_service(found["inside"]) or bool(re.fullmatch(_SOURCE, found["inside"]))
    )


def _glued(paragraph: str, start: int) -> int | None:
    """Where the credit ends after which the lead goes on in the same paragraph."""
    for found in _STRONG.finditer(paragraph[:_LONGEST], start):
        rest = paragraph[found.end() :].lstrip()
        # four words before it: a bracket after a name is no credit
        if (
            len(rest.split()) >= 8
            and len(paragraph[start : found.start()].split()) >= 4
            and not rest[0].islower()
            and rest[0] not in ",;."
        ):
            return found.end()
    if start:  # labelled: any agency in brackets will do
        agency = _SOURCE_CREDIT.search(paragraph[:_LONGEST], start)
        if agency and len(paragraph[agency.end() :].split()) >= 8:
            return agency.end()
    return None


def _first_sentence(paragraph: str, start: int) -> Caption | None:
    """A label glued to a whole story without any credit: its caption is one sentence."""
    found = re.compile(r"(?<=[^\W\d_][a-z0-9)][.!?])[\"”]?\s+(?=[A-Z\"“])|(?<=[。！？])").search(
        paragraph, start
    )
    if not found or len(paragraph[found.end() :].split()) < 8:
        return None
    return Caption(
        label=paragraph[:start],
        text=paragraph[start : found.start()].strip(),
        rest=paragraph[found.end() :].strip(),
    )


def _is_one_sentence(paragraph: str) -> bool:
    return len(re.findall(r"[a-z0-9)][.!?][\"”]?(?=\s+[A-Z\"“])", paragraph)) <= 1
