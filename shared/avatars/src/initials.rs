//! Names to initials.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};
use unicode_segmentation::UnicodeSegmentation;

/// Characters of a name that count: more than any name has, few enough to be
/// done with at once.
const LONGEST: usize = 1024;

/// Characters that one initial may have: conjuncts of four consonants do.
const MOST: usize = 10;

/// Accents that one initial may have: Vietnamese has two.
const MOST_ACCENTS: usize = 2;

/// The initials of a name: of its first and its last word, upper-cased where
/// the script has case; two grapheme clusters at most, with nothing in them but
/// letters, marks and digits. `None` where there are none, as in "🙂".
///
/// A word's initial is its first letter with all that belongs to it ("क्ष"), and
/// in scripts without spaces that is the family name's first character.
#[must_use]
pub fn initials(name: &str) -> Option<String> {
    let (first, last) = clusters(name)?;
    Some(first + last.as_deref().unwrap_or_default())
}

/// The first word's and, where there are several, the last word's initial.
pub fn clusters(name: &str) -> Option<(String, Option<String>)> {
    let name: String = name.chars().take(LONGEST).collect();
    // Digits where there are no letters: "Ada 42" is Ada.
    let kinds: [fn(char) -> bool; 2] = [char::is_alphabetic, char::is_numeric];
    kinds.into_iter().find_map(|is_kind| {
        // What is in brackets isn't the name, "Ada (she)", unless it is all there is.
        [outside_brackets(&name), name.clone()].into_iter().find_map(|name| {
            let mut found = words(&name).filter_map(|word| initial(word, is_kind));
            Some((found.next()?, found.last()))
        })
    })
}

fn outside_brackets(name: &str) -> String {
    let mut depth = 0_usize;
    let outside = name.chars().filter(|c| match c {
        '(' | '[' | '{' | '（' | '［' => {
            depth += 1;
            false
        }
        ')' | ']' | '}' | '）' | '］' => {
            depth = depth.saturating_sub(1);
            false
        }
        _ => depth == 0,
    });
    outside.collect()
}

/// Words by spaces, by the underscores of user names and by the dots that stand
/// for spaces in Chinese and Japanese ("阿达·洛芙莱斯").
fn words(name: &str) -> impl Iterator<Item = &str> {
    let mut before = ' ';
    name.split(move |c: char| {
        let is_dot = c == '·' && !before.is_ascii() && before >= '\u{2E80}';
        before = c;
        c.is_whitespace() || matches!(c, '_' | '・' | '･' | '‧') || is_dot
    })
}

/// A word's initial, where it begins with a letter (or a digit), whatever
/// stands before that: "@ada", "'t", "เอก".
fn initial(word: &str, is_kind: fn(char) -> bool) -> Option<String> {
    let base = |cluster: &str| {
        let folded = fold(cluster);
        let first = folded.chars().next()?;
        (first.is_alphanumeric() && !is_skipped(first)).then_some((first, folded))
    };
    let (first, folded) = word.graphemes(true).find_map(base)?;
    is_kind(first).then(|| bounded(&folded, first))
}

/// Letters that no initial begins with: modifiers such as the ʻokina, vowels
/// that Thai and Lao write before the consonant they are spoken after, and
/// pictures of letters.
fn is_skipped(c: char) -> bool {
    matches!(c,
        '\u{02B0}'..='\u{02FF}' | '\u{0E40}'..='\u{0E46}' | '\u{0EC0}'..='\u{0EC6}'
        | '\u{1F100}'..='\u{1F1FF}')
}

/// The first cluster of one cluster's upper case, in its usual form: "ß" alone
/// would be two letters, and "Ａ", "𝐀" are an A.
fn fold(cluster: &str) -> String {
    let usual = cluster.chars().flat_map(|c| match c {
        // Here the usual form takes letters of one cluster apart.
        '\u{0E00}'..='\u{0FFF}' => vec![c],
        c => std::iter::once(c).nfkc().collect(),
    });
    let upper = usual.flat_map(|c| match c {
        'ß' => vec!['ẞ'],
        // Capitals here are for whole lines, not for beginnings.
        '\u{10D0}'..='\u{10FF}' => vec![c],
        c => c.to_uppercase().collect(),
    });
    let upper: String = upper.nfc().collect();
    upper.graphemes(true).next().unwrap_or_default().to_owned()
}

/// A cluster with what may be drawn of it, and with no more than fits.
fn bounded(cluster: &str, first: char) -> String {
    let mut kept = String::new();
    for c in cluster.chars() {
        let after_virama = kept.chars().next_back().is_some_and(is_virama);
        let is_kept = match c {
            '\u{200C}' | '\u{200D}' => after_virama,
            // Joiners of marks, selectors of variants, keycaps and the like.
            '\u{034F}'
            | '\u{180B}'..='\u{180F}'
            | '\u{20D0}'..='\u{20FF}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{E0100}'..='\u{E01EF}' => false,
            c => c.is_alphanumeric() || is_combining_mark(c),
        };
        if is_kept {
            kept.push(c);
        }
    }
    // A consonant that waits for another, which a cluster of its own begins with.
    let kept = kept.trim_end_matches(|c| is_virama(c) || matches!(c, '\u{200C}' | '\u{200D}'));
    let accents = kept.chars().filter(|c| is_accent(*c)).count();
    if is_unpointed(first) {
        return first.to_string();
    }
    let is_heap = kept.chars().count() > MOST || accents > MOST_ACCENTS;
    if is_heap { without_accent(first).to_string() } else { kept.to_owned() }
}

fn without_accent(c: char) -> char {
    let mut parts = std::iter::once(c).nfd();
    match (parts.next(), parts.next()) {
        (Some(base), Some(mark)) if is_accent(mark) => base,
        _ => c,
    }
}

fn is_virama(c: char) -> bool {
    canonical_combining_class(c) == 9
}

/// Marks above, below and through letters; vowel signs are letters' own.
fn is_accent(c: char) -> bool {
    matches!(canonical_combining_class(c), 1 | 10..)
}

/// Scripts whose initials are written without vowels: Hebrew, Arabic and Syriac
/// (points), Thai and Lao.
fn is_unpointed(c: char) -> bool {
    matches!(c, '\u{0590}'..='\u{077F}' | '\u{08A0}'..='\u{08FF}' | '\u{0E00}'..='\u{0EFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn initials_are_those_of_the_first_and_last_word_in_any_script() {
        for (name, expected) in [
            ("Ada Lovelace", "AL"),
            ("ada", "A"),
            ("Jean-Luc Picard", "JP"),
            ("Ludwig van Beethoven", "LB"),
            ("Dr. Ada Lovelace", "DL"),
            ("J. R. R. Tolkien", "JT"),
            ("  ada \t lovelace  ", "AL"),
            ("ada_lovelace", "AL"),
            ("ada@example.com", "A"),
            ("Ada Lovelace (she/her)", "AL"),
            ("(Ada)", "A"),
            ("Gerard 't Hooft", "GH"),
            ("ʻIolani Kealoha", "IK"),
            ("Søren Ægir", "SÆ"),
            ("łukasz żółć", "ŁŻ"),
            ("Nguyễn Đào", "NĐ"),
            ("i\u{307}pek ışık", "İI"),
            ("ilker irmak", "II"),
            ("ßa ﬁnn", "ẞF"),
            ("ｊｏｈｎ 𝐃𝐨𝐞", "JD"),
            ("άννα Παπαδοπούλου", "ΆΠ"),
            ("Артём Ґалаґан", "АҐ"),
            ("Արամ Խաչատրյան", "ԱԽ"),
            ("შოთა რუსთაველი", "შრ"),
            ("שָׁלוֹם עֲלֵיכֶם", "שע"),
            ("مُحَمَّد علي", "مع"),
            ("أحمد", "أ"),
            ("नेहा क्षत्रिय", "नेक्ष"),
            ("ரவி ஸ்ரீ", "ரஸ"),
            ("শ্রেয়া ঘোষাল", "শ্রেঘো"),
            ("เอก แสงดี", "อส"),
            ("ນິດ ໄຊ", "ນຊ"),
            ("ស្រី", "ស្រី"),
            ("བསྟན་འཛིན", "བ"),
            ("ጥሩነሽ ዲባባ", "ጥዲ"),
            ("王小明", "王"),
            ("山田 太郎", "山太"),
            ("山田　太郎", "山太"),
            ("阿达·洛芙莱斯", "阿洛"),
            ("エイダ・ラブレス", "エラ"),
            ("ｶﾞﾝﾀﾞﾑ", "ガ"),
            ("김민수", "김"),
            ("\u{1100}\u{1175}\u{11B7}민수", "김"),
            ("@ada", "A"),
            ("42", "4"),
            ("Ada 42", "A"),
            ("¡Ñandú!", "Ñ"),
            ("🦊 Ada 👩‍💻", "A"),
            ("Ada 🏳️‍🌈 Lovelace", "AL"),
            ("\u{202E}ada\u{202C} \u{2066}l\u{200B}\u{301}", "AL"),
            ("葛\u{E0100}城", "葛"),
            ("1\u{FE0F}\u{20E3}", "1"),
        ] {
            assert_eq!(initials(name).as_deref(), Some(expected), "{name}");
        }
    }

    #[test]
    fn names_without_letters_have_no_initials() {
        for name in ["", " ", "🙂", "👨‍👩‍👧‍👦", "-- ' .", "\u{202E}", "\u{301}", "🇩🇪", "🅰", "\u{E000}"]
        {
            assert_eq!(initials(name), None, "{name:?}");
        }
    }

    #[test]
    fn a_letter_under_a_heap_of_marks_stands_alone() {
        let heap: String = ['\u{301}', '\u{316}', '\u{489}'].repeat(200).iter().collect();
        assert_eq!(initials(&format!("Z{heap}algo T{heap}ext")).as_deref(), Some("ZT"));
        assert_eq!(initials(&format!("क{}", "ि".repeat(300))).as_deref(), Some("क"));
        assert_eq!(initials("e\u{323}\u{302}").as_deref(), Some("Ệ"));
    }

    proptest! {
        #[test]
        fn whatever_the_name_is_two_bounded_clusters_of_letters_come_out(name in any::<String>()) {
            let Some(initials) = initials(&name) else { return Ok(()) };
            prop_assert!((1..=2).contains(&initials.graphemes(true).count()), "{initials:?}");
            prop_assert!(initials.chars().count() <= 2 * MOST);
            for c in initials.chars() {
                let is_joiner = matches!(c, '\u{200C}' | '\u{200D}');
                prop_assert!(c.is_alphanumeric() || is_combining_mark(c) || is_joiner, "{c:?}");
            }
        }
    }
}
