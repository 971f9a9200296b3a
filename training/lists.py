"""Makes the starter lists that ship beside the hand-written ones: `python training/lists.py LEXICONS.json.gz`.

The file holds public lists by name (see NOTICE): LDNOOBW by language, `cuss_*` with a certainty from 0 to 2, and
`profanity_hindi`. What is taken:
- English and Hindi in Roman letters: only words built on a stem that is abuse wherever it stands; the stem says the category;
- other languages: words that LDNOOBW lists, that `cuss` is sure of (2) where it knows the language, and that are not in
  LEFT_OUT; as `suspect`, counted only in a text of that language;
- nothing that a hand-written list has already, nothing shorter than four letters, nothing that is an innocent word elsewhere.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from pathlib import Path

from moderation.checks.word_lists import read_list
from moderation.text.fold import WORD, fold_letters

LISTS = Path(__file__).parents[1] / "moderation" / "lists"
SHORTEST = 4
ENGLISH = {
    "sexual": (
        "blowjob handjob rimjob titfuck cumshot deepthroat gangbang gangbanged cocksuck cocklick cockrider pussy cunt slut whore dildo"
        " creampie bukkake fisting fistfuck fingerfuck footfuck facefuck tittie titlick titlover jizz jism dicklick suckdick suckme"
        " muffdiv carpetmunch anilingus"
    ),
    "slur": "nigg faggot raghead towelhead sandnigger junglebunn porchmonk spearchuck tarbaby golliwog jigaboo wetback zipperhead slopehead dothead",
    "profanity": "fuck shithead shitface shitfac shitstain bullshit asshole arsehole assfuck asslick assmunch asswipe asshat motherf mothafuck buttfuck bastard bitch wank bollock",
}
HINDI = "chod chhod chut choot lund laud lavd lode lowde gaand gand mara bhosd bhosad madar randi raand jhant jhaat suar suwar kutt haram"
FOREIGN = ("de", "es", "fr", "it", "nl", "pt", "tr")
SURE = 2
EXCEPT = re.compile("niggard|niggl|octopussy|fuck buttons|bastardo|bollock|monkey")
# Words of other languages that are ordinary there, or are meant as news: abortion, murder, rape, an animal, a body.
LEFT_OUT = frozenset(
    "aborto amador ano anta aranha ariano asesinato asno assassinato avião babe baiser bander besta bestia bestie bicha bimbo bissexual"
    " bite bitte bobo boob boche boiola bombe bonze bourré bourrée bourrer branco bruta brutta bunda burra burro caca cachorro cadela"
    " cagna camisinha carcamano chato chatte christ cipote clito cochino comer coma con concha cona conne cochon cornuto crica cretino"
    " dada drogado droga drogue drogues dumm eiaculazione ejaculação erección erecção erotico escroto esse estupro facha fascista fellatio"
    " feo figa fion fornicar gay gaio genital gigolo goy heroina heroína homo homosexual homossexual idiot idiota imbecil incesto"
    " inferno judio kacke klote kont lesbica lesbiana lésbica leche lolita maconha mafia mafioso maldito mamar masturbar masturbação masturbation"
    " merda merde mierda mocoso moro mujer nazi neger negro negra nègre nippel nutte orgasm orgasmo orgia oral palla palle pelotas penis pénis pene"
    " peniano pedo perra pijo pipi pisse pila pito polla porco porno porra prostituta prostitute prostitué putain puta racista ramera rape sacana"
    " sacanagem salope sado sadomasochismo sapatão semen sêmen sesso sexo sexual seno seni sodomía soplagaitas suicidio suruba tarado teta"
    " tetas tette travesti trafficante trafficanti trepar trottel troia turco vaca vagabunda vagabundo vagina veado verga vibrador vulva xana"
    " zoccola am göt meme çük oral anal seks sik sex porno orospu ibne gey lezbiyen"
    " balen nicht palen paal poot standje matje muts beurt kanen knor anita asbak griet wippen toeter stootje schatje watje opzouten remsporen"
    " naakt spuiten zuigen bekken poep poepen boemelen vergallen reet johny zaadje trio terrone nackt rosette orgasmus mufti popel kimme ische"
    " pinche mamada tapette bordel ramoner gueule bordello mona mussa anale çingene".split()
)
PHRASES_LEFT_OUT = frozenset({"gras maaien", "de hond uitlaten", "de koffer induiken", "de ballen", "haciendo el amor"})


def main(path: str) -> None:
    lexicons = json.loads(gzip.decompress(Path(path).read_bytes()))
    listed = {
        word.text
        for file in LISTS.glob("*.txt")
        if not file.name.startswith("starter-")
        for word in read_list(file.read_text(encoding="utf-8"), file.name)
    }
    write("starter-en.txt", english(lexicons), listed)
    write("starter-hi.txt", {"[block profanity hi-Latn]": hindi(lexicons)}, listed)
    write("starter-others.txt", foreign(lexicons), listed)


def english(lexicons: dict) -> dict[str, list[str]]:
    words = [*lexicons["LDNOOBW"]["en"], *(w for w, sure in lexicons["cuss_en"].items() if sure == SURE)]
    sections: dict[str, list[str]] = {}
    taken: set[str] = set()
    for category, stems in ENGLISH.items():
        pattern = re.compile("|".join(re.escape(stem) for stem in stems.split()))
        chosen = [word for word in words if pattern.search(word) and word not in taken and not EXCEPT.search(word)]
        taken.update(chosen)
        sections[f"[block {category} en]"] = chosen
    return sections


def hindi(lexicons: dict) -> list[str]:
    words = [*lexicons["LDNOOBW"]["hi"], *lexicons["profanity_hindi"]["hindi"]]
    pattern = re.compile("|".join(HINDI.split()))
    return [word for word in words if pattern.search(word) and " " in word]


def foreign(lexicons: dict) -> dict[str, list[str]]:
    sections = {}
    for code in FOREIGN:
        known = {word.lower(): sure for word, sure in lexicons.get(f"cuss_{code}", {}).items()}
        words = [
            word
            for word in lexicons["LDNOOBW"].get(code, ())
            if word.lower() not in LEFT_OUT | PHRASES_LEFT_OUT
            and known.get(word.lower(), SURE if not known else 0) == SURE
            and not word.startswith("çingene")
        ]
        sections[f"[suspect profanity {code}]"] = words
    return sections


def write(name: str, sections: dict[str, list[str]], listed: set[str]) -> None:
    lines = [
        "# Chosen by training/lists.py from public lists: see NOTICE. Changes belong there or into a list of your own.",
        "",
    ]
    seen = set(listed)
    for heading, words in sections.items():
        lines.append(heading)
        for word in sorted(words):
            plain = " ".join(WORD.findall(fold_letters(word)))
            if len(plain) >= SHORTEST and plain not in seen and re.fullmatch(r"[^\W\d_]+(?: [^\W\d_]+)*", plain):
                seen.add(plain)
                lines.append(word.lower().strip())
        lines.append("")
    (LISTS / name).write_text("\n".join(lines), encoding="utf-8")
    print(name, len(lines))


if __name__ == "__main__":
    main(sys.argv[1])
