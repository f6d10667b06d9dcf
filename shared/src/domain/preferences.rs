//! How somebody wants the applications to be. Everything has a default, so that
//! preferences exist before anything is stored.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::fields::{Field, Fields, Patch, Reason};
use super::locale::{Language, Timezone};
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

/// A merge patch over [`Preferences`]. `null` restores a default.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = PreferencesPatch)]
pub struct PreferencesPatch {
    #[schema(value_type = Option<String>, example = "en")]
    language: Patch<Language>,
    #[schema(value_type = Option<String>, example = "Europe/Paris")]
    timezone: Patch<Timezone>,
    #[schema(value_type = Option<Theme>)]
    theme: Patch<Theme>,
    #[schema(value_type = Option<DateFormat>)]
    date_format: Patch<DateFormat>,
    #[schema(value_type = Option<TimeFormat>)]
    time_format: Patch<TimeFormat>,
    #[schema(value_type = Option<NotificationsPatch>)]
    notifications: Patch<NotificationsPatch>,
    #[schema(value_type = Option<DiscoveryPatch>)]
    discovery: Patch<DiscoveryPatch>,
    #[schema(value_type = Option<Object>)]
    custom: Patch<Custom>,
}

#[derive(Clone, Debug, ToSchema)]
struct NotificationsPatch {
    #[schema(value_type = Option<bool>)]
    email: Patch<bool>,
    #[schema(value_type = Option<bool>)]
    push: Patch<bool>,
    #[schema(value_type = Option<bool>)]
    sms: Patch<bool>,
    #[schema(value_type = Option<bool>)]
    newsletter: Patch<bool>,
    #[schema(value_type = Option<bool>)]
    marketing: Patch<bool>,
}

#[derive(Clone, Debug, ToSchema)]
struct DiscoveryPatch {
    #[schema(value_type = Option<u64>, minimum = 13, maximum = 120)]
    age_min: Patch<Whole<13, 120>>,
    #[schema(value_type = Option<u64>, minimum = 13, maximum = 120)]
    age_max: Patch<Whole<13, 120>>,
    #[schema(value_type = Option<u64>, minimum = 1, maximum = 20_000)]
    location_radius_km: Patch<Whole<1, 20_000>>,
    #[schema(value_type = Option<Vec<String>>, max_items = 50)]
    industries: Patch<Tags>,
    #[schema(value_type = Option<Vec<String>>, max_items = 50)]
    job_levels: Patch<Tags>,
    #[schema(value_type = Option<Vec<String>>, max_items = 50)]
    interests: Patch<Tags>,
    #[schema(value_type = Option<bool>)]
    show_location: Patch<bool>,
}

/// The object under `custom`, as sent.
#[derive(Clone, Debug)]
struct Custom(Map<String, Value>);

impl Field for Custom {
    fn read(value: Value) -> Result<Self, Reason> {
        match value {
            Value::Object(object) => Ok(Self(object)),
            _ => Err(Reason::invalid_type("an object")),
        }
    }
}

/// The field that breaks a rule which only the whole can tell, and why.
pub type Broken = (&'static str, Reason);

impl PreferencesPatch {
    pub fn read(fields: &mut Fields) -> Self {
        Self {
            language: fields.patch("language"),
            timezone: fields.patch("timezone"),
            theme: fields.patch("theme"),
            date_format: fields.patch("date_format"),
            time_format: fields.patch("time_format"),
            notifications: fields.object("notifications", |fields| NotificationsPatch {
                email: fields.patch("email"),
                push: fields.patch("push"),
                sms: fields.patch("sms"),
                newsletter: fields.patch("newsletter"),
                marketing: fields.patch("marketing"),
            }),
            discovery: fields.object("discovery", |fields| DiscoveryPatch {
                age_min: fields.patch("age_min"),
                age_max: fields.patch("age_max"),
                location_radius_km: fields.patch("location_radius_km"),
                industries: fields.patch("industries"),
                job_levels: fields.patch("job_levels"),
                interests: fields.patch("interests"),
                show_location: fields.patch("show_location"),
            }),
            custom: fields.patch("custom"),
        }
    }

    /// `PUT`: the patch over the defaults, `custom` as it was sent.
    ///
    /// # Errors
    /// As [`Self::apply`].
    pub fn replace(self) -> Result<Preferences, Broken> {
        let custom = match &self.custom {
            Patch::Set(Custom(object)) => object.clone(),
            Patch::Keep | Patch::Clear => Map::new(),
        };
        let rest = Self { custom: Patch::Keep, ..self };
        let preferences = rest.apply(Preferences::default())?;
        Preferences { custom, ..preferences }.checked()
    }

    /// The preferences after the patch.
    ///
    /// # Errors
    /// [`Broken`].
    pub fn apply(self, mut to: Preferences) -> Result<Preferences, Broken> {
        let Self {
            language,
            timezone,
            theme,
            date_format,
            time_format,
            notifications,
            discovery,
            custom,
        } = self;
        let default = Preferences::default();
        language.apply_or(&mut to.language, default.language);
        timezone.apply_or(&mut to.timezone, default.timezone);
        theme.apply_or(&mut to.theme, default.theme);
        date_format.apply_or(&mut to.date_format, default.date_format);
        time_format.apply_or(&mut to.time_format, default.time_format);
        match notifications {
            Patch::Keep => {}
            Patch::Clear => to.notifications = default.notifications,
            Patch::Set(patch) => patch.apply(&mut to.notifications),
        }
        match discovery {
            Patch::Keep => {}
            Patch::Clear => to.discovery = default.discovery,
            Patch::Set(patch) => patch.apply(&mut to.discovery),
        }
        match custom {
            Patch::Keep => {}
            Patch::Clear => to.custom.clear(),
            Patch::Set(Custom(patch)) => merge(&mut to.custom, patch),
        }
        to.checked()
    }
}

impl NotificationsPatch {
    fn apply(self, to: &mut Notifications) {
        let Self { email, push, sms, newsletter, marketing } = self;
        let default = Notifications::default();
        email.apply_or(&mut to.email, default.email);
        push.apply_or(&mut to.push, default.push);
        sms.apply_or(&mut to.sms, default.sms);
        newsletter.apply_or(&mut to.newsletter, default.newsletter);
        marketing.apply_or(&mut to.marketing, default.marketing);
    }
}

impl DiscoveryPatch {
    fn apply(self, to: &mut Discovery) {
        let Self {
            age_min,
            age_max,
            location_radius_km,
            industries,
            job_levels,
            interests,
            show_location,
        } = self;
        let default = Discovery::default();
        age_min.apply_or(&mut to.age_min, default.age_min);
        age_max.apply_or(&mut to.age_max, default.age_max);
        location_radius_km.apply_or(&mut to.location_radius_km, default.location_radius_km);
        industries.apply_or(&mut to.industries, default.industries);
        job_levels.apply_or(&mut to.job_levels, default.job_levels);
        interests.apply_or(&mut to.interests, default.interests);
        show_location.apply_or(&mut to.show_location, default.show_location);
    }
}

impl Preferences {
    fn checked(self) -> Result<Self, Broken> {
        if self.discovery.age_min > self.discovery.age_max {
            let reason = Reason::new("out_of_range", "mustn't be greater than age_max");
            return Err(("discovery.age_min", reason));
        }
        let depth = 1 + self.custom.values().map(depth).max().unwrap_or(0);
        if depth > MAX_CUSTOM_DEPTH {
            let message = format!("must have at most {MAX_CUSTOM_DEPTH} levels");
            return Err(("custom", Reason::new("too_deep", message)));
        }
        let bytes = serde_json::to_vec(&self.custom).map_or(usize::MAX, |json| json.len());
        if bytes > MAX_CUSTOM_BYTES {
            let message = format!("must take at most {MAX_CUSTOM_BYTES} bytes of JSON");
            return Err(("custom", Reason::new("too_long", message)));
        }
        Ok(self)
    }
}

/// JSON Merge Patch of one object into another (RFC 7396, section 2).
fn merge(target: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (name, value) in patch {
        match value {
            Value::Null => drop(target.remove(&name)),
            Value::Object(patch) => {
                let slot = target.entry(name).or_insert_with(|| Value::Object(Map::new()));
                if !slot.is_object() {
                    *slot = Value::Object(Map::new());
                }
                if let Value::Object(object) = slot {
                    merge(object, patch);
                }
            }
            value => drop(target.insert(name, value)),
        }
    }
}

/// Levels of objects and lists in a value.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or(0),
        Value::Object(object) => 1 + object.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn patch(value: Value) -> PreferencesPatch {
        let Value::Object(object) = value else { panic!("not an object") };
        let mut fields = Fields::new(object);
        let patch = PreferencesPatch::read(&mut fields);
        fields.finish(Some(patch)).unwrap()
    }

    #[test]
    fn null_restores_a_default_and_custom_merges_deeply() {
        let set = patch(json!({"theme": "dark", "discovery": {"age_min": 30}, "custom": {"a": {"b": 1, "c": 2}}}))
            .apply(Preferences::default())
            .unwrap();
        let then = patch(json!({"theme": null, "custom": {"a": {"b": null}, "d": [1]}}))
            .apply(set)
            .unwrap();
        assert_eq!(then.theme, Theme::System);
        assert_eq!(then.discovery.age_min, Whole(30));
        assert_eq!(Value::Object(then.custom), json!({"a": {"c": 2}, "d": [1]}));
    }

    #[test]
    fn the_whole_has_rules_of_its_own() {
        let refused = |value| patch(value).apply(Preferences::default()).unwrap_err();
        assert_eq!(refused(json!({"discovery": {"age_min": 70}})).0, "discovery.age_min");
        let mut deep = json!({});
        for _ in 0..8 {
            deep = json!({"x": deep});
        }
        assert_eq!(refused(json!({"custom": deep})).1.code, "too_deep");
        let large = json!({"custom": {"x": "y".repeat(16 * 1024)}});
        assert_eq!(refused(large).1.code, "too_long");
    }

    #[test]
    fn a_merge_patch_follows_the_examples_of_its_rfc() {
        // RFC 7396, appendix A, the rows whose target and patch are objects.
        let cases = [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
            (
                json!({"a": {"b": "c"}}),
                json!({"a": {"b": "d", "c": null}}),
                json!({"a": {"b": "d"}}),
            ),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ];
        for (target, patch, result) in cases {
            let (Value::Object(mut target), Value::Object(patch)) = (target, patch) else {
                panic!()
            };
            merge(&mut target, patch);
            assert_eq!(Value::Object(target), result);
        }
    }
}
