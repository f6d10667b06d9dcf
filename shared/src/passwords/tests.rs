use std::time::{Duration, Instant};

use serde_json::json;

use super::*;
use crate::domain::fields::Field;

fn password(text: &str) -> Password {
    Password::read(json!(text)).unwrap()
}

async fn is_of(hash: &str, text: &str) -> bool {
    let hash = Hash::import(hash).unwrap_or_else(|reason| panic!("{hash}: {}", reason.message));
    Passwords::new().verify(&password(text), Some(&hash)).await.unwrap()
}

fn refusal(hash: &str) -> &'static str {
    Hash::import(hash).map_or_else(|reason| reason.code, |_| "none")
}

#[tokio::test]
async fn a_hash_knows_its_password_only_and_nobody_has_one() {
    let passwords = Passwords::new();
    let new = NewPassword::read(json!("correct horse")).unwrap();
    let hash = passwords.hash(&new, [7; 16]).await.unwrap();
    assert!(hash.0.starts_with(OURS) && !hash.needs_rehash());
    let (right, wrong) = (password("correct horse"), password("correct horsf"));
    assert!(passwords.verify(&right, Some(&hash)).await.unwrap());
    assert!(!passwords.verify(&wrong, Some(&hash)).await.unwrap());
    assert!(!passwords.verify(&right, None).await.unwrap());
    assert_eq!(passwords.rehash(&right, &hash, [8; 16]).await.unwrap(), None);
    assert_eq!(format!("{hash:?}"), "Hash(…)");
    // Nor does anybody have nobody's, whatever they try.
    assert!(Stored::read(NOBODY).is_ok());
}

/// Made by argon2-cffi 25.1, bcrypt 4.0.1, passlib 1.7.4 and `hashlib`.
#[tokio::test]
async fn hashes_of_other_implementations_are_verified_and_made_anew() {
    let passwords = Passwords::new();
    for hash in [
        "$argon2id$v=19$m=65536,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$L1b1NjppUoj/KIEORq1pof4waLxklM0mqKZzt9nCsKI",
        "$argon2i$v=19$m=1024,t=4,p=2$MDEyMzQ1Njc4OWFiY2RlZg$3Ob+B4LEm+qKgaw92Umk2C/hDE/T6sWSNXm++heg8ag",
        "$argon2d$v=19$m=1024,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$t41J9wWj5/k6gPq7BMymRs7JSKlngfi6ZuX51eRVZU8",
        "$argon2id$v=16$m=512,t=3,p=1$MDEyMzQ1Njc4OWFiY2RlZg$9LrgZ9DY5gstIIvoV4NKqYc3Ini1qKylPPAF/Mc5SBA",
        "$argon2id$m=512,t=3,p=1$MDEyMzQ1Njc4OWFiY2RlZg$9LrgZ9DY5gstIIvoV4NKqYc3Ini1qKylPPAF/Mc5SBA",
        "$2a$06$GcP4GkNBXoHW8vtKooqXyOq0ykL6OxJVPOHM521dQh4TBLGntQ54u",
        "$2b$06$u0AZ7ryYiAa9TToJRDvi8utgYB8mDjsBRSyKEqzUm.gEix.2Bna4K",
        "$2y$06$u0AZ7ryYiAa9TToJRDvi8utgYB8mDjsBRSyKEqzUm.gEix.2Bna4K",
        "$scrypt$ln=14,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$0LupyHkzAIgDr9UDsriAAf87vMbCbcaUfDvFOAHk0D0",
        "$scrypt$ln=10,r=16,p=3$c2l4dGVlbiBieXRlIHNsdA$OYyQATxuuehAycukIF1eiS/QezRBEB1IB9+PwDGfcmGVril5XN9RM0z6rOV8KQtuHPJReL3PwUSoE1L1A92OnQ",
        "$pbkdf2-sha256$i=600000,l=32$c2l4dGVlbiBieXRlIHNsdA$N/T9pi0BzU2kGx5upuli2okaIDIf6Ernt+l9g7/CvPo",
        "$pbkdf2-sha512$i=210000,l=64$c2l4dGVlbiBieXRlIHNsdA$BID4hd2ba9eAiSl2thwQK/Vh5GOIqFLzW85rv+gW/uuGjX0If+tgYt/mj7MjHnjsiwH0nMjcacAajv3b9df/vg",
        "$pbkdf2-sha1$i=100000,l=20$c2l4dGVlbiBieXRlIHNsdA$5cgLmEsnbS6+RuDJ8NG/qk5aJ9M",
        "$pbkdf2-sha256$i=1000,l=64$c2l4dGVlbiBieXRlIHNsdA$c5QUhhzJnj7wFB9c2d0a39fA2UDUysXCg74o4Wch4QExT//CQ/T1MIhmIa5oQWPPYnQI/t/CaYu7h476Y5Qf4w",
        // passlib's alphabet.
        "$pbkdf2-sha256$29000$MDEyMzQ1Njc4OWFiY2RlZg$uHVoxjLD1v3uqpdY8ehNPGUYMiKj8ROQSRwMSE033NY",
        "$pbkdf2-sha512$25000$....NDU2Nzg5YWJjZGVm$.Hn4xcKKYaE9XrFztfjQ66MYNODUjrs9Z7HBpjazFmPaOe7L.wcfHrf8Yp1AQO9IYpVigRSrSQ5bQsQ94DnZ7w",
        "$pbkdf2$131000$MDEyMzQ1Njc4OWFiY2RlZg$v.Rl5HLt6vzYJOC/iHnYbajH9OY",
    ] {
        assert!(is_of(hash, "correct horse").await, "{hash}");
        assert!(!is_of(hash, "correct horsf").await, "{hash}");
        assert!(!is_of(hash, "").await, "{hash}");
        let old = Hash::import(hash).unwrap();
        assert!(old.needs_rehash(), "{hash}");
        let right = password("correct horse");
        let new = passwords.rehash(&right, &old, [1; 16]).await.unwrap().unwrap();
        assert!(!new.needs_rehash() && passwords.verify(&right, Some(&new)).await.unwrap());
    }
}

#[tokio::test]
async fn the_vectors_of_the_specifications_hold() {
    // Argon2's reference implementation (test.c), jBCrypt's and crypt_blowfish's tests.
    for (hash, text) in [
        (
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
            "password",
        ),
        (
            "$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ",
            "password",
        ),
        ("$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s.", ""),
        ("$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe", "a"),
        (
            "$2a$08$aTsUwsyowQuzRrDqFflhgekJ8d9/7Z3GV3UcgvzQW3J5zMyrTvlz.",
            "abcdefghijklmnopqrstuvwxyz",
        ),
        ("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U"),
        // RFC 7914, sections 11 and 12.
        (
            "$pbkdf2-sha256$i=1,l=64$c2FsdA$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLxJypzM8Xm2RZkWZLOdd+8xfHG4RbHjC9UJESBB06GXgw",
            "passwd",
        ),
        (
            "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw",
            "pleaseletmein",
        ),
    ] {
        assert!(is_of(hash, text).await, "{hash}");
        assert!(!is_of(hash, &format!("{text}x")).await, "{hash}");
    }
}

#[tokio::test]
async fn bcrypt_takes_passwords_as_its_makers_do() {
    let salt = "$2b$05$abcdefghijklmnopqrstuu";
    let hash = |rest: &str| format!("{salt}{rest}");
    // 72 bytes are all it sees.
    let (long, exact) = ("x".repeat(100), format!("{}y", "x".repeat(71)));
    assert!(is_of(&hash("jf8SX2ahXLwp9w/B.Y5XdysS6yR576q"), &long).await);
    assert!(is_of(&hash("jf8SX2ahXLwp9w/B.Y5XdysS6yR576q"), &"x".repeat(72)).await);
    assert!(!is_of(&hash("jf8SX2ahXLwp9w/B.Y5XdysS6yR576q"), &"x".repeat(71)).await);
    assert!(is_of(&hash("FUA9VhcN4vBExLgRtwPqU219b6/E/X."), &exact).await);
    assert!(!is_of(&hash("FUA9VhcN4vBExLgRtwPqU219b6/E/X."), &long).await);
    // UTF-8, nothing, and a string that ends early.
    assert!(is_of(&hash("Y8YJcx7OeCJ9JYO3w834ps8x/8H3Gfy"), "pässwörd €").await);
    assert!(is_of(&hash("0oImNDIy4flhldV9YqunRgBAePKmw7m"), "").await);
    assert!(is_of(&hash("RWUgMyyCUnsDr8evYotXg5ZXVF/HhzS"), "abc\0def").await);
    assert!(!is_of(&hash("RWUgMyyCUnsDr8evYotXg5ZXVF/HhzS"), "abcdef").await);
}

#[tokio::test]
async fn ruinous_parameters_are_refused_and_never_worked_with() {
    const SALT: &str = "MDEyMzQ1Njc4OWFiY2RlZg";
    const OUTPUT: &str = "L1b1NjppUoj/KIEORq1pof4waLxklM0mqKZzt9nCsKI";
    let passwords = Passwords::new();
    for scheme in [
        "argon2id$v=19$m=4194304,t=1,p=1",
        "argon2id$v=19$m=262145,t=1,p=1",
        "argon2id$v=19$m=262144,t=5,p=1",
        "argon2i$v=19$m=8,t=4294967295,p=1",
        "argon2d$v=19$m=65536,t=1,p=16777215",
        "argon2id$v=19$m=99999999999999999999,t=1,p=1",
        "argon2id$m=4194304,t=4,p=1",
        "scrypt$ln=31,r=8,p=1",
        "scrypt$ln=63,r=8,p=1",
        "scrypt$ln=64,r=8,p=1",
        "scrypt$ln=4294967295,r=1,p=1",
        "scrypt$ln=18,r=8,p=1",
        "scrypt$ln=1,r=4294967295,p=1",
        "scrypt$ln=1,r=1,p=1073741823",
        "scrypt$ln=17,r=8,p=3",
        "pbkdf2-sha256$4294967295",
        "pbkdf2-sha256$2000001",
        "pbkdf2-sha512$i=99999999999,l=32",
        "pbkdf2$i=1000001",
    ] {
        let text = format!("${scheme}${SALT}${OUTPUT}");
        assert_eq!(refusal(&text), "hash_too_costly", "{scheme}");
        let started = Instant::now();
        let stored = Hash(text);
        assert!(!passwords.verify(&password("x"), Some(&stored)).await.unwrap());
        assert!(started.elapsed() < Duration::from_secs(1), "{scheme}");
    }
    for cost in ["03", "15", "31", "99"] {
        let text = format!("$2b${cost}$abcdefghijklmnopqrstuuRWUgMyyCUnsDr8evYotXg5ZXVF/HhzS");
        assert_eq!(refusal(&text), "hash_too_costly");
        assert!(!passwords.verify(&password("x"), Some(&Hash(text))).await.unwrap());
    }
}

#[test]
fn what_is_no_hash_is_refused_with_its_reason() {
    const SALT: &str = "MDEyMzQ1Njc4OWFiY2RlZg";
    const OUTPUT: &str = "L1b1NjppUoj/KIEORq1pof4waLxklM0mqKZzt9nCsKI";
    assert_eq!(refusal(&"$".repeat(513)), "too_long");
    for text in [
        "",
        "$",
        "plaintext",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "$1$salt$qJH7.N4xYta3aEG/dfqo/0",
        "$6$salt$x",
        "$argon2$v=19$m=8,t=1,p=1$x$y",
        "$argon2id$v=18$m=65536,t=3,p=4$x$y",
        "$2x$05$abcdefghijklmnopqrstuuRWUgMyyCUnsDr8evYotXg5ZXVF/HhzS",
        "$2$05$abcdefghijklmnopqrstuuRWUgMyyCUnsDr8evYotXg5ZXVF/HhzS",
        "$pbkdf2-md5$1000$x$y",
        "x$argon2id$v=19$m=65536,t=3,p=4$x$y",
    ] {
        assert_eq!(refusal(text), "unsupported_hash", "{text}");
    }
    for scheme in [
        "argon2id$v=19$m=65536,t=3",
        "argon2id$v=19$m=65536,t=3,p=4,p=4",
        "argon2id$v=19$m=65536,t=3,t=3",
        "argon2id$v=19$m=65536,t=3,p=4,keyid=AA",
        "argon2id$v=19$m=+65536,t=3,p=4",
        "argon2id$v=19$m=065536,t=3,p=4",
        "argon2id$v=19$m=65536,t=0,p=4",
        "argon2id$v=19$m=7,t=1,p=1",
        "argon2id$v=19$m=65536,t=3,p=0",
        "scrypt$ln=14,r=0,p=1",
        "scrypt$ln=14,r=8,p=0",
        "scrypt$n=16384,r=8,p=1",
        "pbkdf2-sha256$0",
        "pbkdf2-sha256$-1",
        "pbkdf2-sha256$i=1000,l=31",
    ] {
        assert_eq!(refusal(&format!("${scheme}${SALT}${OUTPUT}")), "invalid_hash", "{scheme}");
    }
    let with = |salt: &str, output: &str| refusal(&format!("$scrypt$ln=4,r=8,p=1${salt}${output}"));
    assert_eq!(with(SALT, OUTPUT), "none");
    // Fifteen bytes, sixteen, sixty-four, sixty-five.
    for (length, is_taken) in [(20, false), (22, true), (86, true), (87, false)] {
        assert_eq!(with(SALT, &"A".repeat(length)) == "none", is_taken, "{length}");
    }
    assert_eq!(with("", OUTPUT), "invalid_hash");
    assert_eq!(with(&"A".repeat(87), OUTPUT), "invalid_hash");
    assert_eq!(with("no base64", OUTPUT), "invalid_hash");
    assert_eq!(with(&format!("{SALT}=="), OUTPUT), "invalid_hash");
    assert_eq!(
        refusal("$2b$5$abcdefghijklmnopqrstuuRWUgMyyCUnsDr8evYotXg5ZXVF/HhzS"),
        "invalid_hash"
    );
    assert_eq!(
        refusal("$2b$05$abcdefghijklmnopqrstuuRWUgMyyCUnsDr8evYotXg5ZXVF/Hhz"),
        "invalid_hash"
    );
    assert_eq!(
        refusal("$2b$05$abcdefghijklmnopqrstü€RWUgMyyCUnsDr8evYotXg5ZXVF/HhzS"),
        "invalid_hash"
    );
}
