"""Makes relevance.json, what people search must answer over the 5,000 people of `names::person`.

    cargo run -p local --example people > people.json
    python3 generate.py people.json > relevance.json

people.json is `[{"n": 0, "display_name": …, "first_name": …, "last_name": …, "language": …}, …]`.
The same people make the same file, byte for byte.

An entry is `{"q", "kind", "expect", "total"}`. `total` people match `q`. `expect` has the numbers of
the best, at most 10, in groups: groups come in this order, while inside a group, people rank the
same and have one folded display name, so that only their ids order them. A group is never cut, so
more people may follow the last one. Everybody's profile is public.

Queries are made from people, by kind and culture. One is kept only if the person it was made from is
among the expected, and if every other reading of the specification (`reference.OTHERS`) expects the
same: the set takes no side where the specification leaves room.
"""

import itertools
import json
import random
import sys
import unicodedata

from reference import APOSTROPHES, OTHERS, Search, fold

SEED = "kith people search"
TRIES = 100
NORDIC = {"da", "nb", "sv", "is"}
# Family and given name stand together in these.
JOINED = {"zh", "ko"}
# What to put on a letter that has no mark; the rest takes an acute.
MARKS = {"he": "\u05b8", "ar": "\u064e", "hi": "\u093c"}
NUKTA = "\u093c"
BASE = str.maketrans({
    "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "ı": "i",
    "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ґ": "г", "Ґ": "Г",
})


def culture(person):
    language = person["language"].split("-")[0]
    return "nordic" if language in NORDIC else language


def nfc(text):
    return unicodedata.normalize("NFC", text)


def nfd(text):
    return unicodedata.normalize("NFD", text)


def is_mark(char):
    return unicodedata.category(char).startswith("M")


def unmarked(text):
    """As typed by somebody who leaves accents out, in the same case."""
    indic = any("ऀ" <= char <= "ॿ" for char in text)  # its other marks are vowels
    kept = (char for char in nfd(text) if not (char == NUKTA if indic else is_mark(char)))
    return nfc("".join(kept)).translate(BASE)


def marked(rng, text, mark):
    at = rng.choice([i for i, char in enumerate(text) if char.isalpha()])
    return nfc(text[:at + 1] + mark + text[at + 1:])


def full_width(text):
    wide = (chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)
    return "".join(wide).replace(" ", "\u3000")


def compatible(text):
    """With the second code points that Han characters have from older character sets."""
    seconds = {nfc(chr(second)): chr(second) for second in range(0xF900, 0xFADA)}
    return "".join(seconds.get(char, char) for char in text)


def half_width(text):
    """Katakana only."""
    halves = {unicodedata.normalize("NFKC", chr(half)): chr(half) for half in range(0xFF66, 0xFF9E)}
    halves |= {"\u3099": "\uff9e", "\u309a": "\uff9f"}
    return "".join(halves.get(char, char) for char in nfd(text))


def with_typo(rng, text, how):
    """One typo; not in the first letter, except for `first`."""
    at = 0 if how == "first" else rng.randrange(1, len(text) - 1)
    # Of the same word, so of the same script.
    letter = rng.choice([char for char in text.lower() if char.isalpha()])
    if how == "first":
        how = rng.choice(["change", "miss", "add", "swap"])
    if how == "change":
        return text[:at] + letter + text[at + 1:]
    if how == "miss":
        return text[:at] + text[at + 1:]
    if how == "add":
        return text[:at] + letter + text[at:]
    return text[:at] + text[at + 1] + text[at] + text[at + 2:]


def parts(person):
    return [nfc(person["first_name"]), nfc(person["last_name"])]


def one_part(rng, person, least):
    long = [part for part in parts(person) if len(part) >= least]
    return rng.choice(long) if long else None


def cut(rng, text, least=2):
    """A proper prefix."""
    return text[:rng.randrange(least, len(text))] if len(text) > least else None


# Each of the following makes queries of one kind from one person: of `variant`, or none where the
# name doesn't lend itself to it.


def exact(rng, person, variant):
    name = one_part(rng, person, 2)
    spaced = f"  {person['last_name']}   {person['first_name']} "
    return [person["display_name"], name, name and name.upper(), spaced][variant]


def prefix(rng, person, variant):
    name = person["display_name"] if culture(person) in JOINED else one_part(rng, person, 3)
    name = name and cut(rng, name)
    return name and [name, name.lower()][variant]


def accent(rng, person, variant):
    name = one_part(rng, person, 3)
    whole = nfc(person["display_name"])
    if name is None or culture(person) in JOINED | {"ja"}:
        return None
    mark = MARKS.get(culture(person), "\u0301")
    query = [unmarked(whole), marked(rng, name, mark), unmarked(name).lower(), nfd(whole)][variant]
    return query if query not in (name, name.lower(), whole) else None


def typo(how):
    def make(rng, person, variant):
        name = one_part(rng, person, 6)
        if name is None or "'" in fold(name) or "-" in fold(name):
            return None
        wrong = with_typo(rng, unmarked(name).lower() if variant % 2 else name, how)
        if variant < 2:
            return wrong
        return " ".join(wrong if part == name else part for part in parts(person))
    return make


def two_typos(rng, person, variant):
    hows = [rng.choice(["change", "miss", "add", "swap", "first"]) for _ in range(2)]
    if variant == 1:  # one in each word
        if any(len(part) < 6 for part in parts(person)):
            return None
        return " ".join(with_typo(rng, part, how) for part, how in zip(parts(person), hows))
    name = one_part(rng, person, 9)
    for how in hows if name else []:
        name = with_typo(rng, name, how)
    return name


def order(rng, person, variant):
    """The other way round than in the display name."""
    names = [person["last_name"], person["first_name"]]
    if person["display_name"].startswith(person["last_name"]):
        names.reverse()
    return [" ", ", "][variant].join(names)


def script(rng, person, variant):
    """Other characters for the same letters."""
    name, of = nfc(person["display_name"]), culture(person)
    queries = {
        "ar": [
            name.replace("ي", "ی").replace("ك", "ک"),  # as on Persian keyboards
            name.replace("أ", "ا").replace("إ", "ا").replace("آ", "ا"),
            name.replace("ة", "ه").replace("ى", "ي"),
            name[:2] + "ـ" + name[2:],
        ],
        "de": [
            name.upper(),
            name.replace("ß", "ẞ").upper(),
            name.replace("ß", "ss"),
        ] if "ß" in name else [],
        "el": [unmarked(name).upper(), name.upper(), name.lower().replace("ς", "σ")],
        "ja": [nfd(name)],
        "ko": [nfd(name)],
        "tr": [
            name.replace("i", "İ").upper(),
            unmarked(name).upper(),
            name.replace("i", "İ").upper().lower(),  # i with a dot of its own
        ] if any(char in name for char in "ıİI") else [],
        "uk": [name.upper(), unmarked(name).lower(), nfd(name)],
        "vi": [nfd(name), nfd(name).upper()],
        "zh": [compatible(name)],
    }.get(of, [])
    return queries[variant] if variant < len(queries) and queries[variant] != name else None


def width(rng, person, variant):
    name, of = person["display_name"], culture(person)
    if of in JOINED | {"ja"}:
        if variant == 0:
            return f"{person['last_name']}\u3000{person['first_name']}"
        return half_width(name) if any("ァ" <= char <= "ヶ" for char in name) else None
    query = full_width(name if variant else unmarked(name))
    return query if any("！" <= char <= "～" for char in query) else None


def hyphen(rng, person, variant):
    name = next((part for part in parts(person) if "-" in fold(part)), None)
    if name is None:
        return None
    at = fold(name).index("-")  # no letter before it is folded to two
    left, right = name[:at], name[at + 1:]
    return [
        name,
        f"{left} {right}",
        f"{left}{right}",
        f"{left}\u2010{right}".upper(),
        right,
        f"{right}-{left}",
        f"{left}-{right[:2]}",
        f"{left}{right[:2]}".lower(),
        unmarked(person["display_name"]),
        f"{left}\u2011{right}",
        with_typo(rng, f"{left}{right}", "miss"),
    ][variant]


def apostrophe(rng, person, variant):
    name = next((part for part in parts(person) if "'" in fold(part)), None)
    if name is None:
        return None
    at = fold(name).index("'")
    left, right = name[:at], name[at + 1:]
    joined = left + right
    return [
        *(left + char + right for char in APOSTROPHES),
        joined,
        joined.lower(),
        right,
        f"{left}'{right}".upper(),
        f"{left} {right}",
        f"{left}'{right[:2]}",
        joined[:-1],
        with_typo(rng, joined, "change"),
        with_typo(rng, f"{left}'{right}", "swap"),
        full_width(f"{left}'{right}"),
    ][variant]


def partial_both(rng, person, variant):
    cuts = [cut(rng, part, 1) or part for part in parts(person)]
    return " ".join(cuts if variant == 0 else reversed(cuts))


def nothing(rng, person, variant):
    name = one_part(rng, person, 4)
    if name is None or culture(person) in JOINED | {"ja"}:
        return None
    length = len(fold(name))
    if variant == 0:  # two typos are too many under nine letters
        query = with_typo(rng, with_typo(rng, name, "first"), "change")
        return query if length <= 8 and 5 <= len(fold(query)) <= 8 else None
    if variant == 1:  # one is too many under five
        return with_typo(rng, name, rng.choice(["change", "swap"])) if length == 4 else None
    if variant == 2:  # three are too many anywhere
        if length < 9:
            return None
        for how in ("first", "change", "add"):
            name = with_typo(rng, name, how)
        return name
    if variant == 3:  # a word's middle
        return name[3:] if length >= 7 else None
    return f"{person['display_name']} {rng.choice(['Qw', 'Jr.', '99'])}"  # a word too many


# What every set should have, and the rules above may leave to chance.
ALSO = {
    "exact": ["長谷川", "奈々", "五十嵐", "欧阳", "남궁", "Nguyễn"],
    "prefix": ["長谷", "Øster", "Þor", "Włod"],
    "accent": [
        "isil", "yildirim", "lukasz", "Łukáš", "strauss", "thordis", "thorunn", "saeunn", "leboeuf",
        "lebœuf", "odegard", "галаган", "nguyen", "DUC",
    ],
    "script": [
        "IŞIL", "ışıl", "STRAUẞ", "しす\u3099か", "めく\u3099み", "فاطمه", "مصطفي", "لبني", "ΓΙΏΡΓΟΣ",
        "γιωργοσ",
    ],
    "width": ["ｴﾘｶ", "ｹﾝｼﾞ", "Ｏ＇Ｃｏｎｎｏｒ", "Ｊｅａｎ－Ｐｉｅｒｒｅ", "ﬁlippo"],
    "hyphen": ["Jean-Pierre", "jeanpierre", "jean pierre", "jean-p", "בן־דוד", "בן-דוד", "בן דוד", "בנדוד"],
    "apostrophe": ["O'Connor", "oconnor", "O Connor", "connor", "o'c", "D’Angelo", "DANGELO", "Лук'яненко"],
}
# What fields other than names say, what isn't said in a name's order, and what is no name.
NOTHING = [
    "Reykjavík", "Toronto", "Accountant", "Photographer", "Kestrel", "Copperline", "example.com", "0000",
    "Jean-Pierre O'Connor", "Connor Angelo", "王 김", "ññññ", "ㅋㅋㅋㅋ", "😀😀", "ﷺﷺ",
]

# The kind, what makes it, its number of variants, how many queries each culture gets.
BY_CULTURE = [
    ("exact", exact, 4, 3),
    ("prefix", prefix, 2, 2),
    ("accent", accent, 4, 2),
    *((f"typo-{how}", typo(how), 4, 1) for how in ("change", "miss", "add", "swap", "first")),
    ("two-typos", two_typos, 2, 1),
    ("order", order, 2, 1),
    ("script", script, 4, 3),
    ("width", width, 2, 2),
    ("partial-both", partial_both, 2, 1),
    ("nothing", nothing, 5, 2),
]
# Few have such names: so many queries of each variant, whatever the culture.
BY_VARIANT = [("hyphen", hyphen, 11, 2), ("apostrophe", apostrophe, 16, 2)]


def expected(search, query):
    """How many match, and the groups of the best."""
    matches = search.matches(query)
    best, count = [], 0
    for _, group in itertools.groupby(matches, key=lambda match: match[:3]):
        group = list(group)
        count += len(group)
        if count > 10:
            break
        best.append(group)
    return len(matches), best


def judged(searches, kind, query, n):
    """The entry for a query made from person `n`, unless it doesn't serve."""
    if not 2 <= len(query.strip()) <= 100:
        return None
    specified, *others = searches
    total, best = expected(specified, query)
    expect = [[number for _, _, _, number in group] for group in best]
    if kind == "nothing":
        if total > 0:
            return None
    elif n is None:
        if not expect:
            return None
    else:
        found = [typos for group in best for typos, _, _, number in group if number == n]
        typos = 2 if kind == "two-typos" else 1 if kind.startswith("typo-") else None
        if not found or typos not in (None, *found):
            return None
    for other in others:
        other_total, other_best = expected(other, query)
        if (total, expect) != (other_total, [[match[3] for match in group] for group in other_best]):
            return None
    return {"q": query, "kind": kind, "expect": expect, "total": total}


def entries(people):
    searches = [Search(people, reading) for reading in OTHERS]
    searches.insert(0, Search(people))
    by_culture = {}
    for person in people:
        by_culture.setdefault(culture(person), []).append(person)
    seen = set()

    def of(kind, make, variant, members):
        rng = random.Random(f"{SEED} {kind} {variant} {members[0]['n']}")
        for _ in range(TRIES):
            person = rng.choice(members)
            query = make(rng, person, variant)
            if query is None or query in seen:
                continue
            entry = judged(searches, kind, query, person["n"])
            if entry:
                seen.add(query)
                return entry
        return None

    for kind, make, variants, wanted in BY_CULTURE:
        for nth, name in enumerate(sorted(by_culture)):
            # Cultures begin with different variants, so that all get used.
            made = (of(kind, make, (nth + i) % variants, by_culture[name]) for i in range(variants))
            yield from itertools.islice(filter(None, made), wanted)
    for kind, make, variants, wanted in BY_VARIANT:
        members = [person for person in people if make(random.Random(SEED), person, 0)]
        # Turned by one each time, so that it isn't the same draw.
        for variant, i in itertools.product(range(variants), range(wanted)):
            yield of(kind, make, variant, members[i:])
    for kind, queries in {**ALSO, "nothing": NOTHING}.items():
        for query in queries:
            if query not in seen:
                yield judged(searches, kind, query, None)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        people = json.load(file)
    # Escapes keep decomposed and other unusual characters as they are, whatever opens the file.
    lines = [
        json.dumps(entry, ensure_ascii=not unicodedata.is_normalized("NFC", entry["q"]))
        for entry in entries(people) if entry
    ]
    print("[\n" + ",\n".join(lines) + "\n]")


if __name__ == "__main__":
    main()
