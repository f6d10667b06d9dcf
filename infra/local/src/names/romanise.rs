//! Names as they stand in an address: lower-case ASCII.

use unicode_normalization::UnicodeNormalization;

/// Latin, Greek and Ukrainian letter by letter, as passports do; accents and what has no letter are
/// left out.
pub(super) fn ascii(name: &str) -> String {
    let mut romanised = String::with_capacity(name.len());
    let mut previous = ' ';
    // Decomposed, except for the two letters of Ukrainian that would come apart.
    for letter in name.to_lowercase().chars() {
        if let 'ї' | 'й' = letter {
            romanised.push('i');
            previous = letter;
            continue;
        }
        for part in std::iter::once(letter).nfd() {
            if part.is_ascii_alphabetic() || part == '-' {
                romanised.push(part);
            } else {
                romanised.push_str(digraph(part, previous));
            }
            if part.is_alphabetic() {
                previous = part;
            }
        }
    }
    romanised
}

/// `previous` is the letter before in the same name, or a space.
fn digraph(letter: char, previous: char) -> &'static str {
    match letter {
        'α'..='ω' => greek(letter, previous),
        'а'..='ґ' => ukrainian(letter, previous == ' '),
        _ => latin(letter),
    }
}

/// The letters that don't decompose.
fn latin(letter: char) -> &'static str {
    match letter {
        'ß' => "ss",
        'ø' => "o",
        'æ' => "ae",
        'œ' => "oe",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ı' => "i",
        _ => "",
    }
}

/// ELOT 743.
fn greek(letter: char, previous: char) -> &'static str {
    match letter {
        'υ' if previous == 'ο' => "u",
        'υ' if previous == 'α' || previous == 'ε' => "v",
        'υ' => "y",
        'α' => "a",
        'β' => "v",
        'γ' => "g",
        'δ' => "d",
        'ε' => "e",
        'ζ' => "z",
        'η' | 'ι' => "i",
        'θ' => "th",
        'κ' => "k",
        'λ' => "l",
        'μ' => "m",
        'ν' => "n",
        'ξ' => "x",
        'ο' | 'ω' => "o",
        'π' => "p",
        'ρ' => "r",
        'σ' | 'ς' => "s",
        'τ' => "t",
        'φ' => "f",
        'χ' => "ch",
        'ψ' => "ps",
        _ => "",
    }
}

/// Resolution 55 of 2010.
fn ukrainian(letter: char, first: bool) -> &'static str {
    match letter {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' => "h",
        'ґ' => "g",
        'д' => "d",
        'е' => "e",
        'є' if first => "ye",
        'є' => "ie",
        'ж' => "zh",
        'з' => "z",
        'и' => "y",
        'і' => "i",
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' => "u",
        'ф' => "f",
        'х' => "kh",
        'ц' => "ts",
        'ч' => "ch",
        'ш' => "sh",
        'щ' => "shch",
        'ю' if first => "yu",
        'ю' => "iu",
        'я' if first => "ya",
        'я' => "ia",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::ascii;

    #[test]
    fn names_become_what_stands_in_a_passport() {
        for (name, expected) in [
            ("François", "francois"),
            ("Groß", "gross"),
            ("Łukasz", "lukasz"),
            ("Đức", "duc"),
            ("Yıldız", "yildiz"),
            ("Adébáyọ̀", "adebayo"),
            ("Παπαϊωάννου", "papaioannou"),
            ("Ευάγγελος", "evaggelos"),
            ("Сергій", "serhii"),
            ("Юлія", "yuliia"),
            ("Anne-Marie", "anne-marie"),
            ("O’Brien", "obrien"),
            ("Þórður", "thordur"),
            ("Næss", "naess"),
            ("Лук’яненко", "lukianenko"),
            ("Деревʼянко", "derevianko"),
        ] {
            assert_eq!(ascii(name), expected);
        }
    }
}
