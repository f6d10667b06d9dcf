//! The local stack over HTTP with few and many users: how fast they are indexed, what the index
//! weighs, and what calls take among them.

mod administration;
mod client;
mod crowd;
mod fresh;
mod import;
mod indexing;
mod queries;
mod search;
mod weight;

use std::time::Duration;

use local::{names, seed};
use tests::{Kith, Person};

use crate::Plan;
use crate::series::Series;
pub use administration::List;
pub use indexing::Indexed;
pub use queries::Kind;
pub use search::Search;
pub use weight::Weight;

/// What there is, and what calls take, among so many users.
pub struct Scale {
    pub users: u64,
    pub indexed: Indexed,
    /// Where it could be weighed in time.
    pub weight: Option<Weight>,
    pub me: Series,
    pub list: Series,
    pub login: Series,
    /// One of each kind.
    pub searches: Vec<Search>,
    /// An administrator's, always in the same order.
    pub lists: Vec<List>,
    /// From the answer to a change of name until a search finds it.
    pub fresh: Series,
}

impl Scale {
    pub fn search(&self, kind: Kind) -> &Search {
        self.searches.iter().find(|search| search.kind == kind).expect("a search of each kind")
    }
}

/// Users who take turns in calling, spread over all there are.
const CALLERS: u64 = 20;

/// How long the index may take to be weighed.
const PATIENCE: Duration = Duration::from_mins(1);

/// As many users as there are at most, imported.
pub async fn import(plan: &Plan) -> Indexed {
    import::measure(plan.users.last().copied().unwrap_or_default()).await
}

pub async fn measure(plan: &Plan) -> Vec<Scale> {
    let kith = Kith::start().await;
    let mut scales = Vec::new();
    let mut before = 0;
    for &users in plan.users {
        eprintln!("  {users} …");
        let indexed = indexing::seed(&kith, before, users).await;
        let weight = tokio::time::timeout(PATIENCE, weight::weigh(&kith)).await.ok().flatten();
        if before == 0 {
            // Only now, so as not to weigh among few.
            crowd::gather(&kith).await;
        }
        before = users;
        let mut scale = Scale {
            users,
            indexed,
            weight,
            me: Series::default(),
            list: Series::default(),
            login: Series::default(),
            searches: Vec::new(),
            lists: Vec::new(),
            fresh: Series::default(),
        };
        measure_calls(&kith, plan, &mut scale).await;
        scale.fresh = fresh::measure(&kith, plan.renames).await;
        scales.push(scale);
    }
    scales
}

async fn measure_calls(kith: &Kith, plan: &Plan, scale: &mut Scale) {
    let users = scale.users;
    let (mut callers, mut login) = (Vec::new(), Vec::new());
    for n in 0..CALLERS {
        let nth = n * users / CALLERS;
        callers.push(kith.sign_in(&names::person(nth).email, seed::PASSWORD).await);
        // Somebody else: many sign-ins end the sessions before them.
        login.push(client::sign_in(&names::person(nth + 1).email));
    }
    let all = |path: &str| -> Vec<_> {
        let request = |person: &Person| client::get(path, person);
        callers.iter().map(request).collect()
    };
    let (me, list) = (all("/v1/users/me"), all("/v1/users"));
    let few = plan.calls.div_ceil(10);
    let mut searches = Vec::new();
    for kind in Kind::ALL {
        searches.push(search::prepare(kith, kind, users, &callers).await);
    }
    let mut lists = administration::prepare(&kith.admin().await);
    for _ in 0..plan.rounds {
        for (series, requests, count) in [
            (&mut scale.me, &me, plan.calls),
            (&mut scale.list, &list, few),
            (&mut scale.login, &login, few),
        ] {
            client::send(kith, requests, count, series).await;
        }
        for (search, requests) in &mut searches {
            client::send(kith, requests, few, &mut search.times).await;
        }
        for (list, requests) in &mut lists {
            client::send(kith, requests, few, &mut list.times).await;
        }
    }
    scale.searches = searches.into_iter().map(|(search, _)| search).collect();
    scale.lists = lists.into_iter().map(|(list, _)| list).collect();
}
