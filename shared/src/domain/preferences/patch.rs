//! Merge patches over preferences (RFC 7396), in which `null` restores a default.

use serde_json::Map;
use utoipa::ToSchema;

use super::{
    Broken, DateFormat, Discovery, Notifications, Preferences, Tags, Theme, TimeFormat, Whole,
};
use crate::domain::fields::{Fields, Patch};
use crate::domain::locale::{Language, Timezone};
use crate::domain::object::{Object, merge};

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
    custom: Patch<Object>,
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
            Patch::Set(Object(object)) => object.clone(),
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
            Patch::Set(Object(patch)) => merge(&mut to.custom, patch),
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

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
}
