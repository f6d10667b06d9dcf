//! Made-up people for demo data: names of many cultures and scripts, so that sorting, searching and
//! layouts meet more than English.
//!
//! To add a culture: one [`Culture`] in `names/latin.rs` or `names/other.rs`, and its place in
//! [`CULTURES`].

mod latin;
mod other;
mod romanise;

use romanise::ascii;

/// A demo user's profile. The same number always makes the same person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub first_name: &'static str,
    pub last_name: &'static str,
    /// Both names in the order and with the spacing that their language has.
    pub display_name: String,
    /// City and country in English.
    pub location: &'static str,
    /// IANA name.
    pub timezone: &'static str,
    /// BCP 47 tag.
    pub language: &'static str,
    pub job_title: &'static str,
    pub company: &'static str,
    pub bio: String,
    /// ASCII, of a domain that RFC 2606 reserves, and no two numbers' the same.
    pub email: String,
}

struct Culture {
    order: Order,
    /// Separated by white space; a name in a script that isn't romanised letter by letter brings
    /// its Latin form behind a slash.
    first_names: &'static str,
    last_names: &'static str,
    places: &'static [Place],
}

enum Order {
    GivenFirst,
    FamilyFirst,
    /// Without a space in between.
    FamilyFirstJoined,
}

struct Place {
    location: &'static str,
    timezone: &'static str,
    language: &'static str,
}

/// How many there are shares no divisor with what else takes turns by a person's number (3 domains
/// of addresses, 5 kinds of privacy), so that every culture meets all of it.
const CULTURES: [&Culture; 19] = [
    &latin::ENGLISH,
    &other::JAPANESE,
    &latin::GERMAN,
    &other::ARABIC,
    &latin::SPANISH,
    &other::UKRAINIAN,
    &latin::VIETNAMESE,
    &latin::NORDIC,
    &latin::FRENCH,
    &other::HINDI,
    &latin::POLISH,
    &other::CHINESE,
    &latin::PORTUGUESE,
    &other::GREEK,
    &latin::ITALIAN,
    &latin::YORUBA,
    &other::KOREAN,
    &latin::TURKISH,
    &other::HEBREW,
];

const JOBS: &[&str] = &[
    "Accountant",
    "Architect",
    "Backend engineer",
    "Chef",
    "Civil engineer",
    "Customer success lead",
    "Data analyst",
    "Dentist",
    "Editor",
    "Event manager",
    "Frontend engineer",
    "Game designer",
    "Head of people",
    "Illustrator",
    "Journalist",
    "Lawyer",
    "Librarian",
    "Marketing manager",
    "Music teacher",
    "Nurse",
    "Photographer",
    "Product designer",
    "Product manager",
    "Quality engineer",
    "Research scientist",
    "Site reliability engineer",
    "Sound engineer",
    "Tour guide",
    "Translator",
    "UX researcher",
];

const COMPANIES: &[&str] = &[
    "Amber & Oak",
    "Bluefin Logistics",
    "Brightwater Energy",
    "Cedar Street Studio",
    "Copperline",
    "Drift Analytics",
    "Eastgate Clinic",
    "Fernweh Travel",
    "Granite Labs",
    "Harbour Lane Books",
    "Juniper Health",
    "Kestrel Robotics",
    "Lumen Press",
    "Meridian Foods",
    "Nordlicht Media",
    "Open Meadow",
    "Paperkite",
    "Quarry Software",
    "Riverbend School",
    "Saffron Kitchen",
    "Tidemark",
    "Umbra Games",
    "Violet Works",
    "Willow & Finch",
];

const INTERESTS: &[&str] = &[
    "baking sourdough",
    "bird watching",
    "board games",
    "chess",
    "choir singing",
    "climbing",
    "collecting vinyl",
    "cycling",
    "film photography",
    "gardening",
    "hiking",
    "jazz piano",
    "knitting",
    "long-distance running",
    "open-source software",
    "pottery",
    "pub quizzes",
    "sailing",
    "street food",
    "swimming in cold water",
    "trail running",
    "volunteering",
];

/// The person of number `n`. Cultures take turns, so that a few people already show many.
#[must_use]
pub fn person(n: u64) -> Person {
    let mut random = Mix(n);
    let culture = in_turn(&CULTURES, n);
    let (first_name, first_ascii) = name(random.pick_word(culture.first_names));
    let (last_name, last_ascii) = name(random.pick_word(culture.last_names));
    let place = random.pick(culture.places);
    let job_title = *random.pick(JOBS);
    let company = *random.pick(COMPANIES);
    let interest = *random.pick(INTERESTS);
    let city = place.location.split(',').next().unwrap_or(place.location);
    let bio = match random.below(4) {
        0 => format!("{job_title} at {company}. Off work: {interest}."),
        1 => format!("Based in {city}, into {interest}."),
        2 => format!("{job_title} who would rather talk about {interest}."),
        _ => format!("Living in {city}, working for {company}, dreaming of {interest}."),
    };
    let top_level = in_turn(&["com", "org", "net"], n);
    Person {
        first_name,
        last_name,
        display_name: match culture.order {
            Order::GivenFirst => format!("{first_name} {last_name}"),
            Order::FamilyFirst => format!("{last_name} {first_name}"),
            Order::FamilyFirstJoined => format!("{last_name}{first_name}"),
        },
        location: place.location,
        timezone: place.timezone,
        language: place.language,
        job_title,
        company,
        bio,
        // No name ends in a digit, so the number keeps addresses apart.
        email: format!("{first_ascii}.{last_ascii}{n}@example.{top_level}"),
    }
}

/// Splits an entry of a list into the name and its form in an address.
fn name(entry: &'static str) -> (&'static str, String) {
    match entry.split_once('/') {
        Some((name, latin)) => (name, latin.to_owned()),
        None => (entry, ascii(entry)),
    }
}

/// The element whose turn it is at `n`.
fn in_turn<T: Copy>(items: &[T], n: u64) -> T {
    let length = items.len() as u64;
    let index = usize::try_from(n % length).unwrap_or_default();
    items[index]
}

/// `SplitMix64`: neighbouring numbers give unrelated choices. Nothing here is secret.
struct Mix(u64);

impl Mix {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % bound as u64).unwrap_or_default()
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    fn pick_word(&mut self, words: &'static str) -> &'static str {
        let index = self.below(words.split_whitespace().count());
        words.split_whitespace().nth(index).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_number_always_makes_the_same_person() {
        assert_eq!(person(7), person(7));
        let first = person(0);
        assert_eq!((first.language, first.email.is_ascii()), ("en", true));
    }

    #[test]
    fn addresses_are_unique_and_plain() {
        let mut seen = HashSet::new();
        for n in 0..20_000 {
            let email = person(n).email;
            let (local, domain) = email.split_once('@').unwrap();
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c);
            assert!(local.chars().all(plain), "{email}");
            assert!(!local.starts_with('.') && !local.contains(".."), "{email}");
            assert!(["example.com", "example.org", "example.net"].contains(&domain));
            assert!(seen.insert(email));
        }
    }

    #[test]
    fn every_culture_has_forty_different_names_of_each_kind() {
        for (index, culture) in CULTURES.iter().enumerate() {
            for names in [culture.first_names, culture.last_names] {
                let all: Vec<_> = names.split_whitespace().collect();
                let different: HashSet<_> = all.iter().collect();
                assert_eq!(all.len(), different.len(), "culture {index}: {all:?}");
                assert!(all.len() >= 40, "culture {index} has {}", all.len());
                for (name, latin) in all.iter().map(|entry| name(entry)) {
                    assert!(!name.is_empty() && latin.len() > 1, "{name} {latin}");
                }
            }
        }
    }

    #[test]
    fn five_thousand_people_have_few_namesakes() {
        let names: HashSet<_> = (0..5000).map(|n| person(n).display_name).collect();
        assert!(names.len() > 4800, "{}", names.len());
    }

    #[test]
    fn names_are_written_in_their_languages_order() {
        let of = |language: &str| (0..200).map(person).find(|p| p.language == language);
        let chinese = of("zh-CN").unwrap();
        assert_eq!(chinese.display_name, format!("{}{}", chinese.last_name, chinese.first_name));
        let vietnamese = of("vi").unwrap();
        assert!(vietnamese.display_name.starts_with(vietnamese.last_name));
        let german = of("de").unwrap();
        assert!(german.display_name.starts_with(german.first_name));
    }
}
