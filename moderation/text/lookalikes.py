"""Letters that look like Latin ones and are used to dodge lists.

- A row is a Latin letter and what is read as it: other scripts' letters, small capitals, turned and stroked letters.
- What Unicode's own compatibility mapping turns into Latin (full width, mathematical, circled) is not repeated here.
- Cyrillic letters whose capital looks Latin go with their small letter, so that a word folds alike in both cases, and
  no two Cyrillic letters become the same one: a Russian list still tells Russian words apart.
- Signs that stand for letters only inside a word (`$`, `€`, `@`) are disguises, not look-alikes: see disguise.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

ROWS: Final = (
    ("a", "αаɑɐᴀꭺⲁᎪꓮⱥ"),
    ("b", "βвƀɓʙᏼƃɃᏏꓐ"),
    ("c", "сϲƈȼᴄↄɔᏟꓚⲥ"),
    ("d", "ԁɗɖᴅđðᏧꓓƌ"),
    ("e", "εеєҽɛǝəᴇɇᎬꓰⲉ"),
    ("f", "ƒꜰϝɟꓝ"),
    ("g", "ɡցɢǥɠᏀꓖԍ"),
    ("h", "нһհʜɦɥħᎻꓧ"),
    ("i", "іιıɩɪӏǀɨᎥꓲⲓ"),
    ("j", "јϳʝᴊɉᎫꓙ"),
    ("k", "кκᴋƙʞᏦꓗⲕқ"),
    ("l", "ɫłʟɭƚᏞꓡ"),
    ("m", "мᴍɱᎷꓟⲙ"),
    ("n", "ηոռɴɲƞɳŋꓠ"),
    ("o", "οоօσөøɵᴏꓳⲟ"),
    ("p", "рρᴘƥᏢꓑⲣ"),
    ("q", "ԛգɋʠ"),
    ("r", "ʀɾɽɍᏒꓣɹ"),
    ("s", "ѕʂꜱᏚꓢƽ"),
    ("t", "тτᴛŧƭʈʇᎢꓔⲧ"),
    ("u", "υսᴜʊʉꓴ"),
    ("v", "νѵᴠʋᏙꓦ"),
    ("w", "ѡԝᴡɯωᎳꓪ"),
    ("x", "хχҳꓫⲭ"),
    ("y", "γуүʏყɏƴꓬⲩʎ"),
    ("z", "ᴢȥƶʐᏃꓜⲍ"),
    ("ae", "æ"),
    ("oe", "œ"),
    ("ss", "ßẞ"),
    ("th", "þ"),
)
GREEK_CAPITALS: Final = ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhikmnoptyx")
# Letters in black discs and squares, and the halves of flags, in alphabetical order from these code points on.
ALPHABETS: Final = (0x1F150, 0x1F170, 0x1F1E6)


def _read_rows() -> dict[str, str]:
    """One mapping of all rows, both cases of each letter."""
    table: dict[str, str] = {}
    for latin, letters in ROWS:
        for letter in letters:
            for case in (letter, letter.lower(), letter.upper()):
                if len(case) == 1:
                    table.setdefault(case, latin)
    table.update(zip(*GREEK_CAPITALS, strict=True))
    for first in ALPHABETS:
        table.update({chr(first + place): chr(ord("a") + place) for place in range(26)})
    return table


LOOKALIKES: Final[Mapping[str, str]] = MappingProxyType(_read_rows())
