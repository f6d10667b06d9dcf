//! The rows about few and many users.

use super::{AIM, Report, Row, count, kibibytes, ms, ratio};
use crate::scale::{Indexed, Kind, List, Scale, Weight};
use crate::series::Series;

/// Times a search among few that one among many may take.
const FLAT: f64 = 1.5;
/// Requests to the database for a page of what is spelt as it should be.
const REQUESTS: u64 = 3;
/// Milliseconds until a change is found.
const FRESH: f64 = 2000.0;
/// Users whom nobody waits for.
const MANY: u64 = 1_000_000;

impl Report {
    pub fn scale(&mut self, scales: &[Scale]) {
        self.calls(scales);
        self.lists(scales);
        self.searches(scales);
        self.requests(scales);
        self.freshness(scales);
        self.indexing(scales);
        self.weight(scales);
    }

    fn calls(&mut self, scales: &[Scale]) {
        self.group("The local stack over HTTP, one connection");
        for (name, series) in [
            ("GET /v1/users/me", (|scale| &scale.me) as fn(&Scale) -> &Series),
            ("GET /v1/users, 20 of them", |scale| &scale.list),
            ("POST /v1/auth/login", |scale| &scale.login),
        ] {
            let few = scales.first().map(|few| (few, series(few)));
            for scale in scales {
                let times = series(scale);
                let (row, _) = among(name, scale, times, few);
                let is_me = name == "GET /v1/users/me";
                let is_held = ms(times.median()) <= AIM;
                self.0.push(if is_me { row.budget("aims at 0.21 ms", is_held) } else { row });
            }
        }
    }

    fn lists(&mut self, scales: &[Scale]) {
        self.group("Administrators' lists of 20, in the same way");
        let kinds = scales.first().map_or(0, |few| few.lists.len());
        for kind in 0..kinds {
            let few = scales.first().map(|few| (few, &few.lists[kind].times));
            for scale in scales {
                let List { name, times } = &scale.lists[kind];
                let (row, ratio) = among(name, scale, times, few);
                self.0.push(row.budget("flat within 1.5 ×", ratio <= FLAT));
            }
        }
    }

    /// Users who came in through the API.
    pub fn import(&mut self, indexed: &Indexed) {
        self.group("Importing and indexing at once");
        let lag = format!("{:.1} s after the last", indexed.lag.as_secs_f64());
        let name = format!("users per second, {} of them", indexed.users);
        let row = Row::new(name, format!("{:.0}", indexed.rate()));
        self.0.push(row.compared(format!("done {lag}")));
    }

    fn searches(&mut self, scales: &[Scale]) {
        self.group("Search, in the same way");
        for kind in Kind::ALL {
            let few = scales.first().map(|few| (few, &few.search(kind).times));
            for scale in scales {
                let (row, ratio) = among(kind.name(), scale, &scale.search(kind).times, few);
                self.0.push(row.budget("flat within 1.5 ×", ratio <= FLAT));
            }
        }
    }

    fn requests(&mut self, scales: &[Scale]) {
        self.group("Search: requests to the database per page");
        for kind in Kind::ALL {
            for scale in scales {
                let requests = &scale.search(kind).requests;
                let pages = u64::try_from(requests.len()).unwrap_or(u64::MAX);
                let mean = count(requests.iter().sum()) / count(pages);
                let most = requests.iter().copied().max().unwrap_or_default();
                let name = format!("{}, among {}", kind.name(), scale.users);
                let row = Row::new(name, format!("{mean:.1} (mean)"));
                let row = row.compared(format!("at most {most}"));
                self.0.push(if kind.is_plain() {
                    row.budget("≤ 3", most <= REQUESTS)
                } else {
                    row
                });
            }
        }
    }

    fn freshness(&mut self, scales: &[Scale]) {
        self.group("From the answer to a change of name until a search finds it");
        for scale in scales {
            let most = ms(scale.fresh.max());
            let row = Row::times(format!("among {}", scale.users), &scale.fresh);
            let row = row.compared(format!("at most {most:.0} ms"));
            self.0.push(row.budget("≤ 2 s", most <= FRESH));
        }
    }

    fn indexing(&mut self, scales: &[Scale]) {
        self.group("Seeding and indexing at once");
        for Scale { users, indexed, .. } in scales {
            let name = format!("users per second, up to {users}");
            let lag = format!("{:.1} s after the last", indexed.lag.as_secs_f64());
            let row = Row::new(name, format!("{:.0}", indexed.rate()));
            self.0.push(row.compared(format!("{} new, done {lag}", indexed.users)));
        }
        if let Some(Scale { users, indexed, .. }) = scales.last() {
            let hours = count(MANY.saturating_sub(*users)) / indexed.rate() / 3600.0;
            let row = Row::new(format!("up to {MANY}: not run"), format!("≈ {hours:.1} h"));
            self.0.push(row.compared(format!("at the rate up to {users}")));
        }
    }

    fn weight(&mut self, scales: &[Scale]) {
        self.group("The index");
        for Scale { users, weight, .. } in scales {
            if let Some(weight) = weight {
                self.weighed(*users, weight);
            } else {
                let row = Row::new(format!("items, among {users}"), "unknown".to_owned());
                self.0.push(row.compared("not read within a minute".to_owned()));
            }
        }
    }

    fn weighed(&mut self, among: u64, weight: &Weight) {
        let Weight { users, searchable, kinds } = weight;
        let per = |number: u64, users: u64| count(number) / count(users);
        let (items, bytes) = (weight.items(), weight.bytes());
        let row = Row::new(
            format!("items per user, among {among}"),
            format!("{:.1}", per(items, *users)),
        );
        self.0.push(row.compared(format!("{:.1} per searchable one", per(items, *searchable))));
        let size = |users| format!("{:.1} KiB", kibibytes(bytes) / count(users));
        let row = Row::new(format!("bytes per user, among {among}"), size(*users));
        self.0.push(row.compared(format!("{} per searchable one", size(*searchable))));
        for kind in kinds {
            let row = Row::new(format!("{}, among {among}", kind.name), kind.items.to_string());
            let share = format!("{:.1} per user", per(kind.items, *users));
            self.0.push(row.compared(format!("{share}, {:.0} KiB in all", kibibytes(kind.bytes))));
        }
    }
}

/// Times among so many users, and their ratio to those among few.
fn among(name: &str, scale: &Scale, times: &Series, few: Option<(&Scale, &Series)>) -> (Row, f64) {
    let row = Row::times(format!("{name}, among {}", scale.users), times);
    let Some((few, base)) = few else { return (row, 1.0) };
    let ratio = ratio(times.median(), base.median());
    (row.compared(format!("{ratio:.2} × among {}", few.users)), ratio)
}
