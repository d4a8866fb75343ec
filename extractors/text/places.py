"""Places that datelines start with, to tell `PARIS - ` from `NATO - ` and `London. ` from a word.

Capitals and other cities that reports are often filed from. A longer or unlisted place needs
other signs (an agency, a date, a region, capitals); the list serves where these are missing.
"""

from __future__ import annotations

#: Lower case, comma-separated; the English name and, where papers print it, the local one.
_NAMES = """
aachen, abidjan, abu dhabi, abuja, accra, addis ababa, aden, agana, ahmedabad, aleppo, alexandria,
algiers, alger, almaty, amman, amritsar, amsterdam, andorra, ankara, antalya, antananarivo,
antwerp, apia, ashgabat, asmara, astana, asunción, athens, athen, athènes, atlanta, auckland,
austin, baghdad, bagdad, baku, bali, baltimore, bamako, bangalore, bengaluru, bangkok, bangui,
banjul, barcelona, basel, basra, beijing, peking, pékin, beirut, beyrouth, belfast, belgrade,
belgrad, belmopan, bengasi, benghazi, berlin, bern, bhopal, bilbao, birmingham, bishkek, bissau,
bogota, bogotá, bologna, bombay, bonn, boston, brasilia, brasília, bratislava, brazzaville,
bremen, bridgetown, brisbane, bristol, brussels, brüssel, bruxelles, bucharest, bukarest,
budapest, buenos aires, bujumbura, busan, cairo, kairo, calcutta, calgary, canberra, cancun, cape
town, caracas, cardiff, casablanca, chandigarh, charlotte, chengdu, chennai, chicago, chisinau,
chongqing, cleveland, cologne, colombo, conakry, copenhagen, kopenhagen, córdoba, dakar, dallas,
damascus, damaskus, dar es salaam, darwin, davos, delhi, denver, des moines, detroit, dhaka, dili,
djibouti, dnipro, dodoma, doha, donetsk, dortmund, douala, dresden, dubai, dublin, durban,
dushanbe, düsseldorf, edinburgh, edmonton, erbil, erfurt, essen, faisalabad, florence, frankfurt,
freetown, fukuoka, fukushima, gaborone, gaza, gaza city, gdansk, geneva, genève, genf, genoa,
georgetown, gibraltar, glasgow, graz, guadalajara, guangzhou, guatemala city, guayaquil, haifa,
halifax, hamburg, hanoi, hannover, hanover, harare, havana, la habana, hebron, helsinki,
hiroshima, ho chi minh city, hobart, homs, hong kong, honolulu, houston, hyderabad, ibadan, idlib,
incheon, indianapolis, indore, innsbruck, irbil, islamabad, istanbul, izmir, jaipur, jakarta,
jammu, jeddah, jena, jerusalem, jérusalem, johannesburg, juba, kabul, kampala, kandahar, kano,
kansas city, karachi, kathmandu, kaunas, kazan, khartoum, kharkiv, kherson, kiel, kiev, kyiv,
kigali, kingston, kinshasa, kobe, kochi, kolkata, köln, kosovo, krakow, kuala lumpur, kuwait,
kuwait city, kyoto, la paz, lagos, lahore, las vegas, lausanne, leeds, leipzig, libreville, lille,
lilongwe, lima, linz, lisbon, lisboa, lissabon, liverpool, ljubljana, lomé, lome, london, londres,
londra, los angeles, luanda, lucknow, lusaka, luxembourg, luxemburg, lviv, lyon, madrid, mailand,
mainz, malabo, male, malmö, managua, manama, manchester, manila, maputo, marseille, marseilles,
mariupol, maseru, mecca, medellín, melbourne, mexico city, méxico, miami, milan, milano,
milwaukee, minneapolis, minsk, mogadishu, monaco, monrovia, monterrey, montevideo, montreal,
montréal, moscow, moskau, moscou, moscú, mosca, mosul, mumbai, munich, münchen, muscat, nagasaki,
nagoya, nagpur, naha, nairobi, nantes, naples, napoli, nashville, nassau, naypyidaw, ndjamena, new
delhi, neu-delhi, new orleans, new york, niamey, nice, nicosia, nouakchott, nürnberg, nuuk, odesa,
odessa, okinawa, omaha, oran, orlando, osaka, oslo, ottawa, ouagadougou, oxford, palermo, panama
city, paris, paramaribo, parigi, patna, perth, peshawar, philadelphia, phnom penh, phoenix,
pittsburgh, podgorica, port louis, port moresby, port-au-prince, port of spain, portland, porto,
porto alegre, potsdam, prague, prag, praga, praia, pretoria, pristina, pune, putrajaya, pyongyang,
quebec, québec, quetta, quito, rabat, ramallah, ranchi, rangoon, rawalpindi, recife, regensburg,
reykjavik, riga, rio de janeiro, riyadh, roma, rome, rom, rostock, rotterdam, sacramento,
salzburg, samara, san antonio, san diego, san francisco, san jose, san josé, san juan, san
salvador, sanaa, santiago, santo domingo, sao paulo, são paulo, sapporo, sarajevo, seattle,
sendai, seoul, séoul, sevilla, shanghai, sharjah, shenzhen, singapore, skopje, sochi, sofia,
split, srinagar, st. louis, st. petersburg, stockholm, strasbourg, straßburg, stuttgart, sucre,
surabaya, suva, sydney, taipei, tallinn, tampa, tangier, tashkent, taschkent, tbilisi,
tegucigalpa, tehran, teheran, téhéran, tel aviv, the hague, den haag, la haye, thimphu, tijuana,
tirana, tokyo, tokio, toronto, toulouse, tripoli, tunis, turin, torino, ulan bator, ulaanbaatar,
united nations, uppsala, utrecht, vaduz, valencia, valletta, vancouver, varanasi, varsovie,
vatican city, venice, venezia, vienna, wien, vienne, vientiane, vilnius, vladivostok, warsaw,
warschau, warszawa, washington, wellington, wiesbaden, windhoek, winnipeg, wuhan, würzburg,
yangon, yaounde, yaoundé, yaren, yekaterinburg, yerevan, yokohama, zagreb, zaporizhzhia, zaragoza,
zurich, zürich, agra, alor setar, asansol, bhubaneswar, cebu, cebu city, chittagong, coimbatore,
davao, davao city, dehradun, enugu, gaya, george town, gilgit, goa, gujranwala, gurgaon, gurugram,
guwahati, imphal, ipoh, iloilo, jalandhar, johor baru, jos, kaduna, kanpur, kohima, kota bharu,
kota kinabalu, kozhikode, kuching, kuala terengganu, kuantan, larkana, ludhiana, madurai, malacca,
mangaluru, mombasa, muzaffarabad, mysuru, nashik, noida, panaji, penang, petaling jaya, port
harcourt, raipur, seremban, shah alam, shimla, sialkot, sukkur, surat, sylhet, thane,
thiruvananthapuram, thrissur, vadodara, vijayawada, visakhapatnam, zamboanga, москва,
санкт-петербург, киев, київ, минск, мінск, лондон, париж, берлин, вашингтон, пекин, токио,
брюссель, женева, новосибирск, екатеринбург, казань, владивосток, сочи, львов, львів, одесса,
одеса, харьков, харків, алма-ата, астана, тбилиси, ереван, баку, рига, вильнюс, таллин, варшава,
прага, софия, белград, анкара, стамбул, нью-йорк, αθήνα, λευκωσία, θεσσαλονίκη, βρυξέλλες
"""
PLACES = frozenset(name.strip() for name in _NAMES.replace("\n", " ").split(","))
