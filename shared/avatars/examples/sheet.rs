//! The contact sheet: `cargo run --release -p avatars --example sheet >sheet.html`.
//!
//! A page to look at before [`avatars::DESIGN`] is raised: many people in many
//! scripts, cropped to squares and circles, large and small, as SVG and as PNG, on
//! a light and a dark page. Rendered by
//! `chromium --headless --window-size=1640,2230 --screenshot=sheet.png sheet.html`.

use std::fmt::Write;

use avatars::Avatar;

const NAMES: &[&str] = &[
    "Ada Lovelace",
    "Jean-Luc Picard",
    "Ludwig van Beethoven",
    "ilker",
    "William Morris",
    "Émile Zola",
    "Nguyễn Đào",
    "Łukasz Żółć",
    "Søren Ægir",
    "Quentin Jones",
    "Ñandú Çelik",
    "Lily",
    "Άννα Ωνάση",
    "Артём Щукин",
    "Фёдор",
    "Արամ Խաչատրյան",
    "შოთა რუსთაველი",
    "שלום עליכם",
    "محمد علي",
    "أحمد",
    "عمر خیام",
    "नेहा क्षत्रिय",
    "श्रीनिवास",
    "শ্রেয়া ঘোষাল",
    "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "ગાંધી",
    "ଓଡ଼ିଆ",
    "ரவி தமிழ்",
    "తెలుగు రామ",
    "ಕನ್ನಡ ರಾಜ",
    "മലയാളം ജോൺ",
    "සිංහල",
    "เอก แสงดี",
    "ນິດ ໄຊ",
    "ស្រី មករា",
    "အောင် မြင့်",
    "ጥሩነሽ ዲባባ",
    "བསྟན་འཛིན",
    "ᏣᎳᎩ",
    "王小明",
    "山田 太郎",
    "龍",
    "さくら",
    "エイダ・ラブレス",
    "김민수",
    "이 영희",
    "42",
    "mary-jane watson (she/her)",
    "Ida Ilves",
    "Æ",
    "W M",
    "j",
];

fn main() {
    let mut page = String::from(
        "<!doctype html><meta charset=utf-8><style>
        body{margin:0;font:12px sans-serif;width:1640px} section{padding:14px 18px;display:flex;
        flex-wrap:wrap;gap:10px;align-items:center} .dark{background:#15171c;color:#ddd}
        .round img{border-radius:50%} img{display:block}</style>",
    );
    let people: Vec<(Option<&str>, u64)> =
        NAMES.iter().zip(1..).map(|(name, n)| (Some(*name), n)).collect();
    let nameless: Vec<(Option<&str>, u64)> = (100..156).map(|n| (None, n)).collect();
    let both: Vec<_> = people.iter().chain(&nameless).copied().collect();
    section(&mut page, "", &people, 104, "svg");
    section(&mut page, "round", &nameless, 104, "png");
    section(&mut page, "dark", &nameless[..26], 104, "svg");
    section(&mut page, "dark round", &people[..26], 104, "png");
    section(&mut page, "round", &both[..], 64, "png");
    section(&mut page, "round", &both[..], 32, "png");
    section(&mut page, "dark round", &both[..], 32, "png");
    println!("{page}");
}

/// Many pictures side by side, at one size in CSS pixels.
fn section(page: &mut String, class: &str, people: &[(Option<&str>, u64)], side: u32, kind: &str) {
    let _ = write!(page, "<section class='{class}'>");
    for (name, n) in people {
        let seed = id(*n);
        let avatar = Avatar { seed: &seed, name: *name };
        let (kind, file) = match kind {
            "svg" => ("svg+xml", avatar.svg(side).into_bytes()),
            _ => ("png", avatar.png(side)),
        };
        let mut hex = String::new();
        for byte in file {
            let _ = write!(hex, "%{byte:02x}");
        }
        let _ = write!(page, "<img src='data:image/{kind},{hex}' width={side} height={side}>");
    }
    page.push_str("</section>");
}

/// A `UUIDv7` of one moment: only its last bytes tell people apart.
fn id(n: u64) -> [u8; 16] {
    let mut id = [1, 0x9A, 0xA3, 0x4E, 0x5B, 0x12, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0];
    id[8..].copy_from_slice(&(0x8000_0000_0000_0000 | n).to_be_bytes());
    id
}
