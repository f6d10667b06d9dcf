//! Names to words.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

/// Letters of a word that count.
pub const LONGEST: usize = 24;

/// Words that count of each part of a name.
const MOST: usize = 12;

/// Letters within which a word of a script without spaces may begin anew, and
/// which count from there: more than any name has.
const UNSPACED: usize = 8;

/// The words that a name is found by, without repetition. Hyphens and
/// apostrophes part words and join them: `Jean-Pierre` is found by all of
/// `jean`, `pierre` and `jeanpierre`, `O'Connor` by `oconnor` and `connor`.
pub fn of_name<'a>(parts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut words = Vec::new();
    for part in parts {
        let mut own = Vec::new();
        for token in tokens(part) {
            add_token(&mut own, &token);
        }
        for word in own.iter().take(MOST) {
            add(&mut words, word);
        }
    }
    words
}

fn add_token(words: &mut Vec<String>, token: &str) {
    let pieces: Vec<_> = token.split(HYPHEN).filter(|piece| !piece.is_empty()).collect();
    for piece in &pieces {
        add(words, &joined(piece));
        if piece.contains(APOSTROPHE) {
            piece.split(APOSTROPHE).for_each(|part| add(words, part));
        }
    }
    if pieces.len() > 1 {
        add(words, &joined(token));
    }
}

/// The words of a query: a hyphen parts them, an apostrophe joins.
pub fn of_query(query: &str) -> Vec<String> {
    let mut words = Vec::new();
    for token in tokens(query) {
        token.split(HYPHEN).for_each(|piece| add(&mut words, &joined(piece)));
    }
    words
}

/// What a name is sorted by: its words as they stand. Between them is what
/// sorts after the end of a name and before any letter, as a space does.
pub fn sort_key(name: &str) -> String {
    let tokens = tokens(name);
    let words = tokens.iter().flat_map(|token| token.split(HYPHEN)).map(joined);
    let text = words.collect::<Vec<_>>().join("+");
    first(&text, super::SORTED).to_owned()
}

/// Where a query may begin in a word. In scripts written without spaces a
/// given name follows the family name at once, so that every character but the
/// last begins something.
pub fn starts(word: &str) -> impl Iterator<Item = &str> {
    std::iter::once(word).chain(inner_starts(word))
}

/// The same without the word's own beginning.
pub fn inner_starts(word: &str) -> impl Iterator<Item = &str> {
    let is_unspaced = word.chars().next().is_some_and(is_unspaced);
    let inner = word.char_indices().skip(1).take(UNSPACED).map(|(index, _)| &word[index..]);
    inner
        .filter(move |rest| is_unspaced && rest.chars().nth(1).is_some())
        .map(|rest| first(rest, UNSPACED))
}

/// The first `count` letters.
#[must_use]
pub fn first(word: &str, count: usize) -> &str {
    word.char_indices().nth(count).map_or(word, |(end, _)| &word[..end])
}

const HYPHEN: char = '-';
const APOSTROPHE: char = '\'';

fn joined(piece: &str) -> String {
    piece.chars().filter(|c| !matches!(*c, HYPHEN | APOSTROPHE)).collect()
}

/// Adds a word, in runs of scripts with and without spaces.
fn add(words: &mut Vec<String>, word: &str) {
    let mut rest = word;
    while let Some(c) = rest.chars().next() {
        let end = rest.find(|other| is_unspaced(other) != is_unspaced(c)).unwrap_or(rest.len());
        let run = first(&rest[..end], LONGEST);
        if !words.iter().any(|known| known == run) {
            words.push(run.to_owned());
        }
        rest = &rest[end..];
    }
}

/// Folded text between whatever is neither letter nor digit, hyphen nor apostrophe.
fn tokens(text: &str) -> Vec<String> {
    let is_part =
        |c: char| c.is_alphanumeric() || is_combining_mark(c) || matches!(c, HYPHEN | APOSTROPHE);
    let folded = fold(text);
    let tokens = folded.split(|c| !is_part(c));
    let tokens = tokens.map(|token| token.trim_matches(|c| matches!(c, HYPHEN | APOSTROPHE)));
    tokens.filter(|token| !token.is_empty()).map(str::to_owned).collect()
}

/// Case, accents, width and variants of letters taken away. Compatibility
/// decomposition (UAX #15) parts accents from letters; what remains is
/// composed again, which gives back Hangul syllables and voiced kana.
fn fold(text: &str) -> String {
    // Before, since some are taken apart, and after, since some come out.
    let parted = text.chars().filter_map(punctuation).nfkd().filter_map(punctuation);
    let parted = parted.filter(|c| !is_accent(*c));
    let mut folded = String::with_capacity(text.len());
    for c in parted.flat_map(char::to_lowercase) {
        match letters(c) {
            Some(letters) => folded.push_str(letters),
            None => folded.push(c),
        }
    }
    folded.nfc().collect()
}

/// All hyphens and apostrophes as one of each, before decomposition takes some
/// of them apart. Joiners and variation selectors, which nobody types, are dropped.
fn punctuation(c: char) -> Option<char> {
    Some(match c {
        '\u{200B}'..='\u{200D}'
        | '\u{2060}'
        | '\u{FEFF}'
        | '\u{00AD}'
        | '\u{FE00}'..='\u{FE0F}'
        | 'ـ' => return None,
        '‘' | '’' | '‛' | 'ʼ' | 'ʻ' | 'ʾ' | 'ʿ' | '`' | '´' | '′' | '＇' | '׳' | '״' => {
            APOSTROPHE
        }
        '‐'..='―' | '−' | '－' | '־' => HYPHEN,
        c => c,
    })
}

/// Marks that accents, points and harakat are; vowel signs and the voicing of
/// kana are letters' own.
fn is_accent(c: char) -> bool {
    matches!(canonical_combining_class(c), 7 | 10..=36 | 200..)
}

/// Letters that no decomposition takes apart, as people type them without the
/// keyboard for them.
fn letters(c: char) -> Option<&'static str> {
    Some(match c {
        'ł' => "l",
        'ø' => "o",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ı' => "i",
        'ħ' => "h",
        'ŋ' => "n",
        'ŧ' => "t",
        'ə' => "e",
        'ς' => "σ",
        'ґ' => "г",
        'ى' | 'ی' => "ي",
        'ة' => "ه",
        'ک' => "ك",
        _ => return None,
    })
}

/// Han, kana, Bopomofo and Hangul: names in them have no spaces.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{3005}'..='\u{3007}' | '\u{3031}'..='\u{30FF}' | '\u{3105}'..='\u{312F}'
        | '\u{31F0}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_of_many_scripts_fold_to_what_people_type() {
        for (name, words) in [
            ("Zoë Fährmann", vec!["zoe", "fahrmann"]),
            ("ŁUKASZ Żółć", vec!["lukasz", "zolc"]),
            ("İpek Işık", vec!["ipek", "isik"]),
            ("Nguyễn Thị Đào", vec!["nguyen", "thi", "dao"]),
            ("Søren Weiß Ægir", vec!["soren", "weiss", "aegir"]),
            ("Νίκος Παπαδόπουλος", vec!["νικοσ", "παπαδοπουλοσ"]),
            ("Артём Ґалаґан", vec!["артем", "галаган"]),
            ("ＪＯＨＮ", vec!["john"]),
            ("J. R. R. Tolkien", vec!["j", "r", "tolkien"]),
            (
                "Jean-Pierre O’Connor",
                vec!["jean", "pierre", "jeanpierre", "oconnor", "o", "connor"],
            ),
            ("김민수", vec!["김민수"]),
            ("ｶﾞﾝﾀﾞﾑ", vec!["ガンダム"]),
            ("नेहा", vec!["नेहा"]),
            ("أحمد", vec!["احمد"]),
            ("Ann山田", vec!["ann", "山田"]),
            ("", vec![]),
            ("-- ' 🙂", vec![]),
        ] {
            assert_eq!(of_name([name]), words, "{name}");
        }
        assert_eq!(of_query("o'connor jean-p"), ["oconnor", "jean", "p"]);
        assert_eq!(sort_key("O'Connor, Jean-Pierre"), "oconnor+jean+pierre");
        assert_eq!(starts("王小明").collect::<Vec<_>>(), ["王小明", "小明"]);
        assert_eq!(starts("maria").collect::<Vec<_>>(), ["maria"]);
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing_and_no_word_holds_a_separator(name in "\\PC{0,40}") {
            let words = of_name([name.as_str()]);
            prop_assert!(words.len() <= MOST);
            prop_assert_eq!(&of_name(words.iter().map(String::as_str)), &words);
            for word in &words {
                prop_assert!(word.chars().count() <= LONGEST && !word.is_empty());
                prop_assert!(!word.contains(['#', '+', ' ', HYPHEN, APOSTROPHE]), "{word:?}");
            }
            prop_assert!(!sort_key(&name).contains('#'));
        }
    }
}
