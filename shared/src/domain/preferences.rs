//! How somebody wants the applications to be. Everything has a default, so that
//! preferences exist before anything is stored.

mod patch;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

pub use patch::PreferencesPatch;

use super::fields::{Field, Reason};
use super::locale::{Language, Timezone};
use super::object;
use super::text::{Line, string};

/// Bytes of JSON that `custom` may take.
const MAX_CUSTOM_BYTES: usize = 16 * 1024;
/// Nested objects and lists in `custom`, itself counted.
const MAX_CUSTOM_DEPTH: usize = 8;
const MAX_LIST: usize = 50;

macro_rules! choices {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        pub enum $name {
            $(#[serde(rename = $text)] $variant,)*
        }

        impl Field for $name {
            fn read(value: Value) -> Result<Self, Reason> {
                match string(value)?.as_str() {
                    $($text => Ok(Self::$variant),)*
                    _ => {
                        let all = [$($text),*].join(", ");
                        Err(Reason::new("invalid_value", format!("must be one of {all}")))
                    }
                }
            }
        }
    )*};
}

choices! {
    Theme { System = "system", Light = "light", Dark = "dark", }
    DateFormat { Iso = "YYYY-MM-DD", DayFirst = "DD/MM/YYYY", MonthFirst = "MM/DD/YYYY", }
    TimeFormat { Hours24 = "24h", Hours12 = "12h", }
}

/// A whole number between `MIN` and `MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Whole<const MIN: u64, const MAX: u64>(u64);

impl<const MIN: u64, const MAX: u64> Field for Whole<MIN, MAX> {
    fn read(value: Value) -> Result<Self, Reason> {
        let Value::Number(number) = value else {
            return Err(Reason::invalid_type("a whole number"));
        };
        match number.as_u64() {
            Some(number) if (MIN..=MAX).contains(&number) => Ok(Self(number)),
            None if number.is_f64() => Err(Reason::invalid_type("a whole number")),
            _ => Err(Reason::new("out_of_range", format!("must be between {MIN} and {MAX}"))),
        }
    }
}

/// Up to 50 different entries of up to 100 characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tags(Vec<Line<100>>);

impl Field for Tags {
    fn read(value: Value) -> Result<Self, Reason> {
        let Value::Array(values) = value else {
            return Err(Reason::invalid_type("a list of strings"));
        };
        if values.len() > MAX_LIST {
            return Err(Reason::new("too_many", format!("must have at most {MAX_LIST} entries")));
        }
        let mut tags = Vec::<Line<100>>::with_capacity(values.len());
        for (index, value) in values.into_iter().enumerate() {
            let tag = Line::read(value)
                .map_err(|r| Reason::new(r.code, format!("entry {index} {}", r.message)))?;
            if tag.as_str().is_empty() {
                return Err(Reason::new("too_short", format!("entry {index} is empty")));
            }
            if tags.contains(&tag) {
                return Err(Reason::new("not_unique", format!("entry {index} is there twice")));
            }
            tags.push(tag);
        }
        Ok(Self(tags))
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Preferences {
    #[schema(value_type = String, example = "en")]
    pub language: Language,
    #[schema(value_type = String, example = "Europe/Paris")]
    pub timezone: Timezone,
    pub theme: Theme,
    pub date_format: DateFormat,
    pub time_format: TimeFormat,
    pub notifications: Notifications,
    pub discovery: Discovery,
    /// Any JSON object of at most 16 KiB, at most 8 levels deep.
    pub custom: Map<String, Value>,
}

#[expect(clippy::struct_excessive_bools, reason = "five switches, each its own")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Notifications {
    pub email: bool,
    pub push: bool,
    pub sms: bool,
    pub newsletter: bool,
    pub marketing: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Discovery {
    #[schema(value_type = u64, minimum = 13, maximum = 120)]
    pub age_min: Whole<13, 120>,
    #[schema(value_type = u64, minimum = 13, maximum = 120)]
    pub age_max: Whole<13, 120>,
    #[schema(value_type = u64, minimum = 1, maximum = 20_000)]
    pub location_radius_km: Whole<1, 20_000>,
    #[schema(value_type = Vec<String>, max_items = 50)]
    pub industries: Tags,
    #[schema(value_type = Vec<String>, max_items = 50)]
    pub job_levels: Tags,
    #[schema(value_type = Vec<String>, max_items = 50)]
    pub interests: Tags,
    pub show_location: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            language: Language::english(),
            timezone: Timezone::utc(),
            theme: Theme::System,
            date_format: DateFormat::Iso,
            time_format: TimeFormat::Hours24,
            notifications: Notifications::default(),
            discovery: Discovery::default(),
            custom: Map::new(),
        }
    }
}

impl Default for Notifications {
    fn default() -> Self {
        Self { email: true, push: true, sms: false, newsletter: false, marketing: false }
    }
}

impl Default for Discovery {
    fn default() -> Self {
        Self {
            age_min: Whole(18),
            age_max: Whole(65),
            location_radius_km: Whole(50),
            industries: Tags::default(),
            job_levels: Tags::default(),
            interests: Tags::default(),
            show_location: true,
        }
    }
}

/// The field that breaks a rule which only the whole can tell, and why.
pub type Broken = (&'static str, Reason);

impl Preferences {
    fn checked(self) -> Result<Self, Broken> {
        if self.discovery.age_min > self.discovery.age_max {
            let reason = Reason::new("out_of_range", "mustn't be greater than age_max");
            return Err(("discovery.age_min", reason));
        }
        object::check(&self.custom, MAX_CUSTOM_BYTES, MAX_CUSTOM_DEPTH)
            .map_err(|reason| ("custom", reason))?;
        Ok(self)
    }
}
