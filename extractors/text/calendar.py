"""The names of months and weekdays in the languages that news files come in.

The spelling is the one dates are printed in (`14 января`, `14 stycznia`), with the usual
abbreviations; case and a final point do not matter to the readers of this table.
"""

from __future__ import annotations

import re

#: One row a month, January first; a name that means two months in two languages
#: (Croatian and Polish `listopad`) or is a common word elsewhere is left out.
_BY_MONTH = """
जनवरी january jan januar jän jänner janvier janv enero ene janeiro gennaio gen januari января
    янв stycznia січня января ocak oca ιανουαρίου ledna tammikuuta január януари sty styczeń
फरवरी february feb febr februar février févr fév fevrier febrero fevereiro fev febbraio februari
    февраля фев февр lutego лютого şubat φεβρουαρίου února helmikuuta február февруари
मार्च march mar märz mär mrz mars marzo março maart mrt марта мар marca березня mart μαρτίου
    března maaliskuuta március
अप्रैल april apr avril avr abril abr aprile апреля апр kwietnia квітня nisan απριλίου dubna
    huhtikuuta április april
मई may mai mayo maio maggio mag mei maj мая травня mayıs μαΐου května toukokuuta május
जून june jun juni juin junio junho giugno giu июня июн czerwca червня haziran ιουνίου června
    kesäkuuta június
जुलाई july jul juli juillet juil julio julho luglio lug июля июл lipca липня temmuz ιουλίου
    července heinäkuuta július
अगस्त august aug août aout agosto ago agustus augustus augusti августа авг sierpnia серпня
    ağustos αυγούστου srpna elokuuta augusztus
सितंबर september sep sept septembre septiembre setiembre setembro settembre set сентября сен
    сент września вересня eylül σεπτεμβρίου září syyskuuta szeptember
अक्टूबर october oct oktober okt octobre octubre outubro out ottobre ott октября окт października
    жовтня ekim οκτωβρίου října lokakuuta október
नवंबर november nov novembre noviembre novembro ноября ноя нояб listopada листопада kasım
    νοεμβρίου marraskuuta
दिसंबर december dec dezember dez décembre déc decembre diciembre dic dezembro dicembre desember
    des декабря дек grudnia грудня aralık δεκεμβρίου prosince joulukuuta
"""
MONTHS = {
    name: number
    for number, names in enumerate(re.split(r"\n(?! )", _BY_MONTH.strip()), 1)
    for name in names.split()
}

_WEEKDAYS = """
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs
    fri sat sun montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi
    do fr sa so lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles
    jueves viernes sábado domingo segunda-feira terça-feira quarta-feira quinta-feira
    sexta-feira lunedì martedì mercoledì giovedì venerdì sabato domenica maandag dinsdag
    woensdag donderdag vrijdag zaterdag zondag понедельник вторник среда четверг пятница
    суббота воскресенье poniedziałek wtorek środa czwartek piątek sobota niedziela mandag
    tirsdag onsdag torsdag fredag lørdag søndag måndag tisdag lördag söndag pazartesi salı
    çarşamba perşembe cuma cumartesi pazar
"""
WEEKDAYS = frozenset(_WEEKDAYS.split())
