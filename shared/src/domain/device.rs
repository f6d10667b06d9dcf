//! What a `User-Agent` tells of a device, well enough to recognise one's own
//! in a list. The first match wins, so the special stand before the general:
//! Edge calls itself Chrome, Chrome Safari, Android Linux.

/// Operating system, browser and kind of device; `None` where the header doesn't tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Device {
    pub kind: Option<&'static str>,
    pub os: Option<&'static str>,
    pub browser: Option<&'static str>,
}

const OS: [(&str, &str); 9] = [
    ("Windows", "Windows"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Macintosh", "macOS"),
    ("Darwin", "macOS"),
    ("Linux", "Linux"),
];

const BROWSERS: [(&str, &str); 15] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi", "Vivaldi"),
    ("SamsungBrowser", "Samsung Internet"),
    ("FxiOS", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
    ("okhttp", "OkHttp"),
    ("python-requests", "Python Requests"),
    ("PostmanRuntime", "Postman"),
    ("Dart/", "Dart"),
    ("node", "Node.js"),
];

/// Reads a `User-Agent` header.
#[must_use]
pub fn device(user_agent: &str) -> Device {
    let find = |table: &[(&str, &'static str)]| {
        table.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    let os = find(&OS);
    let kind = match os {
        Some("iPadOS") => Some("tablet"),
        Some("Android") if !user_agent.contains("Mobile") => Some("tablet"),
        Some("iOS" | "Android") => Some("mobile"),
        Some(_) => Some("desktop"),
        None => None,
    };
    Device { kind, os, browser: find(&BROWSERS) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_devices_are_recognised() {
        let cases = [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                (Some("desktop"), Some("Windows"), Some("Edge")),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
                (Some("mobile"), Some("iOS"), Some("Safari")),
            ),
            (
                "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
                (Some("mobile"), Some("Android"), Some("Chrome")),
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                (Some("desktop"), Some("Linux"), Some("Firefox")),
            ),
            ("curl/8.5.0", (None, None, Some("curl"))),
            ("", (None, None, None)),
        ];
        for (user_agent, (kind, os, browser)) in cases {
            assert_eq!(device(user_agent), Device { kind, os, browser }, "{user_agent}");
        }
    }
}
