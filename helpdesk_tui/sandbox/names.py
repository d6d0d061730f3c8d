"""Given and family names by culture, from which the company's people are drawn.

Every list is ordinary names of ordinary people; no combination is meant to be anybody. Accents, apostrophes, particles,
mononyms and scripts other than Latin are there on purpose: a client has to sort, shorten and search them.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Culture:
    """Names that belong together, the zone their bearers mostly work in, and how common they are in the company."""

    zone: str
    weight: int
    given: tuple[str, ...]
    family: tuple[str, ...]


def _culture(zone: str, weight: int, given: str, family: str) -> Culture:
    return Culture(zone, weight, tuple(given.split("|")), tuple(family.split("|")))


CULTURES: tuple[Culture, ...] = (
    _culture(
        "Europe/Paris",
        14,
        "Amélie|Benoît|Camille|Damien|Élodie|Fabien|Gaëlle|Hugo|Inès|Jérôme|Léa|Mathieu|Noémie|Olivier|Pauline|Sylvie|Théo",
        "Lefèvre|Moreau|de La Fontaine|Roux|Bonnet|Chevalier|Garnier|Faure|Mercier|L'Hôpital|Perrin|Besançon|Dubois",
    ),
    _culture(
        "Europe/Berlin",
        10,
        "Anja|Björn|Claudia|Dieter|Elke|Florian|Greta|Holger|Ines|Jürgen|Katrin|Lukas|Maike|Nils|Sabine|Torsten|Ute|Wiebke",
        "Müller|Schäfer|von der Heide|Krüger|Böhm|Weiß|Lehmann|Großmann|Vogel|Hartmann|Jäger|Seidel|Kühn|Brandt",
    ),
    _culture(
        "Europe/London",
        12,
        "Aisling|Callum|Eleanor|Fergus|Georgina|Harriet|Imogen|Jack|Niamh|Oliver|Poppy|Rhys|Siân|Tobias|Una|Victoria|Zara",
        "O'Connor|Whitfield|MacLeod|Hughes|Fairbairn|Thackeray|Llewellyn|Bennett|Ashworth|Kavanagh|Pemberton-Hale|Sinclair|Doyle",
    ),
    _culture(
        "Europe/Warsaw",
        5,
        "Agnieszka|Bartłomiej|Ewa|Grzegorz|Jadwiga|Krzysztof|Łucja|Małgorzata|Paweł|Stanisław|Wojciech|Zofia",
        "Wiśniewska|Kowalczyk|Zieliński|Szymańska|Dąbrowski|Wójcik|Krawczyk|Gołębiowska|Sikora|Brzęczyszczykiewicz",
    ),
    _culture(
        "Europe/Madrid",
        6,
        "Álvaro|Begoña|Carmen|Diego|Elena|Fernando|Iñaki|Jimena|Lucía|Manuel|Nuria|Pilar|Rocío|Sergio|Xabier",
        "García Ortiz|Núñez|Fernández-Vega|Ibáñez|Castaño|Muñoz|Etxeberria|Pascual|Rovira i Puig|Serrano|Peña",
    ),
    _culture(
        "Europe/Helsinki",
        3,
        "Aino|Eero|Helmi|Juhani|Kaisa|Mikko|Päivi|Sakari|Tuulikki|Väinö",
        "Hämäläinen|Korhonen|Lindström|Mäkelä|Niemi|Öhman|Rantanen|Virtanen|Ylönen",
    ),
    _culture(
        "Europe/Istanbul",
        4,
        "Ayşe|Burak|Çağla|Deniz|Emre|Gülşen|İbrahim|Kemal|Nilüfer|Özgür|Şebnem|Umut",
        "Yılmaz|Demirtaş|Öztürk|Çelik|Aydın|Şahin|Koçoğlu|Erdoğdu|Güneş",
    ),
    _culture(
        "Africa/Lagos",
        5,
        "Adaeze|Babatunde|Chiamaka|Emeka|Folake|Ifeoma|Kelechi|Ngozi|Olúṣẹ́gun|Sade|Tunde|Uchenna",
        "Okafor|Adéyẹmí|Eze|Balogun|Nwosu|Ọlátúnjí|Danjuma|Umeh|Bello",
    ),
    _culture(
        "Africa/Johannesburg",
        3,
        "Lerato|Sipho|Thandiwe|Johan|Nomvula|Pieter|Zanele|Themba|Annelie",
        "Dlamini|van der Merwe|Nkosi|Mokoena|Botha|Khumalo|Naidoo|Pretorius",
    ),
    _culture(
        "Asia/Kolkata",
        9,
        "Aarav|Bhavana|Chitra|Devika|Gaurav|Harpreet|Ishaan|Jyoti|Kavya|Lakshmi|Manish|Nandini|Prakash|Rohan|Sunita|Vikram",
        "Iyer|Chatterjee|Kulkarni|Singh|Nair|Bhattacharya|Reddy|Srinivasan|Gupta|Deshpande|Venkataraghavan|Menon|Patel",
    ),
    _culture(
        "Asia/Tokyo",
        4,
        "Akiko|Daisuke|Emi|Haruto|Kenji|Mai|Naoko|Ryō|Sakura|Takumi|Yūki",
        "Watanabe|Kobayashi|Ōnishi|Itō|Shimizu|Matsuda|Fujimoto|Hayashi|Ueno",
    ),
    _culture(
        "Asia/Singapore",
        6,
        "Wei Ling|Jun Hao|Hui Min|Siti|Arif|Mei Xuan|Kah Wai|Nurul|Zhi Hao|Xin Yi|Farid",
        "Tan|Lim|Wong|binte Rahman|Ng|Chua|bin Osman|Goh|Teo|Lee",
    ),
    _culture(
        "Asia/Dubai",
        4,
        "Fatima|Khalid|Layla|Mansour|Noura|Omar|Rania|Tariq|Yasmin|Ziad",
        "Al-Haddad|Haddad|El Masry|Al Suwaidi|Khoury|bin Rashid|Farouk|Nasser",
    ),
    _culture(
        "America/New_York",
        9,
        "Alyssa|Brandon|Caitlin|Darnell|Ethan|Faith|Gabriela|Hannah|Isaiah|Jordan|Keisha|Logan|Madison|Nathan|Tyrone",
        "Johnson|Washington|Kowalski|O'Brien|Rivera|Schneider|Baker|Freeman|Nguyen|Cohen|DiMarco|Thompson-Reyes|Hall",
    ),
    _culture(
        "America/Sao_Paulo",
        5,
        "Ana Beatriz|Bruno|Caio|Débora|Eduardo|Flávia|João Pedro|Larissa|Márcio|Renata|Thiago|Vitória",
        "Silva e Souza|Conceição|Araújo|Magalhães|dos Santos|Guimarães|Pereira|Figueirêdo|Ribeiro",
    ),
    _culture(
        "America/Mexico_City",
        3,
        "Alejandra|Cuauhtémoc|Esperanza|Guadalupe|Héctor|Itzel|Joaquín|Ximena",
        "Hernández|Gutiérrez|Montoya|Peralta|Treviño|Zúñiga|Lozano",
    ),
    _culture(
        "Australia/Sydney",
        4,
        "Bronwyn|Cooper|Jarrah|Kiri|Lachlan|Matilda|Tahlia|Angus|Ngaire",
        "Wilson|Papadopoulos|Te Rangi|Fraser|Nguyễn|Campbell|Whitlam|Ngata",
    ),
    _culture(
        "Europe/Kyiv", 2, "Олена|Тарас|Оксана|Богдан|Ірина|Микола", "Шевченко|Коваленко|Бондаренко|Мельник|Ткачук"
    ),
    _culture("Asia/Shanghai", 2, "伟|芳|秀英|敏|静|磊", "王|李|张|刘|陈|欧阳"),
)

_SPELT = {
    "ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "đ": "d", "ı": "i", "ğ": "g",
    "О": "O", "Т": "T", "Б": "B", "І": "I", "М": "M", "Ш": "Sh", "К": "K",
    "а": "a", "б": "b", "в": "v", "г": "h", "д": "d", "е": "e", "и": "y", "к": "k", "л": "l", "м": "m", "н": "n",
    "о": "o", "р": "r", "с": "s", "т": "t", "у": "u", "ч": "ch", "ш": "sh", "ь": "", "ю": "yu", "я": "ya",
    "伟": "wei", "芳": "fang", "秀": "xiu", "英": "ying", "敏": "min", "静": "jing", "磊": "lei",
    "王": "wang", "李": "li", "张": "zhang", "刘": "liu", "陈": "chen", "欧": "ou", "阳": "yang",
}  # fmt: skip


def login_of(given: str, family: str) -> str:
    """A lower-case ASCII login such as `agnieszka.wisniewska`; spaces, marks and apostrophes are dropped."""
    return f"{_ascii(given)}.{_ascii(family)}"


def _ascii(name: str) -> str:
    spelt = "".join(_SPELT.get(letter, letter) for letter in name)
    plain = unicodedata.normalize("NFKD", spelt)
    return "".join(letter for letter in plain.lower() if letter.isascii() and letter.isalnum())
