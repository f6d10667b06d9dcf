"""People search as the contract's one sentence on matching has it, by brute force over everybody.

Slow and plain on purpose: it shares no idea with an index, so that it can judge one.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Letters that differ from another by more than a mark, but that people type as that other one.
LETTERS = str.maketrans({
    "ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
    "ħ": "h", "ŋ": "n", "ə": "e", "ς": "σ", "ґ": "г",
    "ـ": None, "ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي",
})
APOSTROPHES = "'’ʼʻ`´"
HYPHENS = "-‐‑־"
GERESH = "׳״"
VOICING = "\u3099\u309a"
NUKTA = "\u093c"
# Scripts that write given and family name without a space in between.
RUNNING = ("CJK ", "IDEOGRAPHIC ", "HIRAGANA ", "KATAKANA", "HANGUL ")


@dataclass(frozen=True)
class Reading:
    """How the specification is read. The defaults are the reading that expectations come from; the
    other values are what somebody may understand as well."""

    marks: str = "all"  # dropped: "all", those that are "placed" (class above 0), or all "but_vowels"
    geresh_joins: bool = False  # as an apostrophe does
    counted_as_typed: bool = False  # letters of a query's word before folding, with apostrophes
    lengths: str = "query"  # that allow a typo: the query's word, "both", or "either" and the name's
    suffixes: bool = True  # of runs without spaces
    sort: str = "folded"  # names compare by the "folded" text, by its "words" or its "letters"


SPECIFIED = Reading()
OTHERS = [
    Reading(marks="placed"),
    Reading(marks="but_vowels"),
    Reading(geresh_joins=True),
    Reading(counted_as_typed=True),
    Reading(lengths="both"),
    Reading(lengths="either"),
    Reading(suffixes=False),
    Reading(sort="words"),
    Reading(sort="letters"),
]


def is_dropped(char, reading):
    if not unicodedata.category(char).startswith("M") or char in VOICING:
        return False
    if reading.marks == "placed":
        return unicodedata.combining(char) > 0
    if reading.marks == "but_vowels":
        return char == NUKTA or not unicodedata.name(char).startswith("DEVANAGARI")
    return True


def fold(text, reading=SPECIFIED):
    # First, as ´ would come apart into a space and a mark.
    for apostrophe in APOSTROPHES + (GERESH if reading.geresh_joins else ""):
        text = text.replace(apostrophe, "'")
    text = unicodedata.normalize("NFKD", text)
    text = "".join(char for char in text if not is_dropped(char, reading))
    # Puts Hangul syllables and voiced kana together again.
    text = unicodedata.normalize("NFC", text).casefold().translate(LETTERS)
    for hyphen in HYPHENS:
        text = text.replace(hyphen, "-")
    return text


def split(text, also=""):
    """The words of a folded text: runs of letters, digits, marks that were kept, and `also`."""
    def is_inside(char):
        return char.isalnum() or char in also or unicodedata.category(char).startswith("M")
    return "".join(char if is_inside(char) else " " for char in text).split()


def name_words(name, reading):
    words = set()
    for chunk in split(fold(name, reading), also="'-"):
        words.add(chunk.replace("'", "").replace("-", ""))
        for part in chunk.split("-"):
            words.add(part.replace("'", ""))
            words.update(part.split("'"))
    if reading.suffixes:
        words.update([suffix for word in words for suffix in running_suffixes(word)])
    return words - {""}


def running_suffixes(word):
    for start in range(1, len(word) - 1):
        if all(unicodedata.name(char, "").startswith(RUNNING) for char in word[start - 1:]):
            yield word[start:]


def query_words(query, reading=SPECIFIED):
    """Each with the number of letters that decides how many typos it may have."""
    for typed in unicodedata.normalize("NFC", query).split():
        words = split(fold(typed, reading).replace("'", ""))
        for word in words:
            counted = reading.counted_as_typed and len(words) == 1
            yield word, len(typed) if counted else len(word)


def allowed(letters):
    return 2 if letters >= 9 else 1 if letters >= 5 else 0


@lru_cache(maxsize=None)
def rank(query, word, typos):
    """(typos, 0 for the whole word or 1 for a prefix) of the best match, or None."""
    if typos == 0:
        return (0, int(query != word)) if word.startswith(query) else None
    # Optimal string alignment; the last row has the distance to every prefix of the word.
    before, row = None, list(range(len(word) + 1))
    for i, letter in enumerate(query, 1):
        nearest = min(row)
        before, row, last = row, [i], before
        for j, other in enumerate(word, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == word[j - 2] and query[i - 2] == other:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > typos and nearest > typos:
            return None
    best = min((row[-1], 0), (min(row), 1))
    return best if best[0] <= typos else None


class Search:
    def __init__(self, people, reading=SPECIFIED):
        self.reading = reading
        self.people = [
            (
                person["n"],
                self.key(person["display_name"]),
                set().union(*(name_words(person[field], reading)
                              for field in ("display_name", "first_name", "last_name"))),
            )
            for person in people
        ]
        self.words = set().union(*(words for _, _, words in self.people))

    def key(self, name):
        folded = fold(name, self.reading)
        if self.reading.sort == "folded":
            return folded
        between = " " if self.reading.sort == "words" else ""
        return between.join(split(folded))

    def rank(self, query, letters, word):
        if self.reading.lengths == "both":
            letters = min(letters, len(word))
        found = rank(query, word, allowed(letters))
        if self.reading.lengths == "either" and found is None and len(word) > letters:
            found = rank(query, word, allowed(len(word)))
            # Of a long name, any short text would be nearly a prefix.
            return found if found and found[1] == 0 else None
        return found

    def matches(self, query):
        """[(typos, 1 if any word is only a prefix, name, number)], the best first."""
        ranks = []
        for typed, letters in query_words(query, self.reading):
            found = ((word, self.rank(typed, letters, word)) for word in self.words)
            ranks.append({word: rank for word, rank in found if rank})
        if not ranks:
            return []
        matches = []
        for n, key, words in self.people:
            best = [min((of[word] for word in words if word in of), default=None) for of in ranks]
            if None not in best:
                typos = sum(typos for typos, _ in best)
                matches.append((typos, max(part for _, part in best), key, n))
        return sorted(matches)
