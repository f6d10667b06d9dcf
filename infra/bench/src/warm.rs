//! Calls of functions that have been called before.

use std::collections::HashMap;

use tests::runtime_api::Function;

use crate::Plan;
use crate::call::{Call, Caller, Cost};
use crate::raw::Raw;
use crate::series::Series;
use crate::setup::Setup;
use crate::wire::Wire;

/// All calls, and what they are compared with.
pub struct Warm {
    pub raw: Raw,
    pub calls: Vec<Measured>,
    /// The most memory each function has had, in bytes.
    pub memory: Vec<(&'static str, u64)>,
}

/// One kind of call.
pub struct Measured {
    pub call: Call,
    /// From the event's delivery to the whole response.
    pub took: Series,
    /// Requests to the database.
    pub requests: u64,
    /// How long it waits for them, in all.
    pub database: Series,
}

/// The yardstick first.
const CALLS: [Call; 11] = [
    Call::Hello,
    Call::Me,
    Call::Patch,
    Call::Sessions,
    Call::Preferences,
    Call::Refresh,
    Call::Login,
    Call::Search,
    Call::Statistics,
    Call::Picture,
    Call::Registered,
];

/// Calls that bring a connection and caches about.
const WARM_UP: usize = 50;

impl Warm {
    pub fn get(&self, call: Call) -> &Measured {
        self.calls.iter().find(|measured| measured.call == call).expect("a measured call")
    }
}

pub async fn measure(setup: &Setup, plan: &Plan) -> Warm {
    let mut calls = Vec::new();
    for call in CALLS {
        let (took, database) = (Series::default(), Series::default());
        let measured = Measured { call, took, requests: 0, database };
        calls.push((Caller::new(setup).await, measured));
    }
    let mut raw = Raw::default();
    let reader = setup.person().await;
    let mut functions = start(setup, None).await;
    for (caller, Measured { call, .. }) in &mut calls {
        repeat(caller, function(&mut functions, *call), *call, WARM_UP, |_| ()).await;
    }
    for _ in 0..plan.rounds {
        raw.measure(setup, plan, &reader).await;
        for (caller, Measured { call, took, .. }) in &mut calls {
            let (call, function) = (*call, function(&mut functions, *call));
            took.begin_round();
            setup.kith.stack.settled().await;
            repeat(caller, function, call, count(plan, call), |cost| took.push(cost.took)).await;
        }
    }
    let memory = functions.iter().map(|(name, function)| (*name, function.peak_memory())).collect();
    drop(functions);

    let wire = Wire::to(&setup.environment()[DATABASE]).await;
    let mut functions = start(setup, Some(&wire)).await;
    for (caller, measured) in &mut calls {
        let (call, function) = (measured.call, function(&mut functions, measured.call));
        setup.kith.stack.settled().await;
        repeat(caller, function, call, WARM_UP, |_| ()).await;
        wire.take();
        let (database, mut requests) = (&mut measured.database, 0);
        let count = |cost: Cost| {
            database.push(wire.take());
            requests += cost.requests;
        };
        repeat(caller, function, call, COUNTED, count).await;
        measured.requests = requests / u64::try_from(COUNTED).expect("a small number");
    }
    Warm { raw, calls: calls.into_iter().map(|(_, measured)| measured).collect(), memory }
}

/// Where the functions look for the database.
const DATABASE: &str = "AWS_ENDPOINT_URL_DYNAMODB";

/// Calls whose requests to the database are counted and timed.
const COUNTED: usize = 100;

/// A round's calls.
fn count(plan: &Plan, call: Call) -> usize {
    if call == Call::Login { plan.calls.div_ceil(10) } else { plan.calls }
}

/// An execution environment of each function, with the database behind `wire`.
async fn start(setup: &Setup, wire: Option<&Wire>) -> HashMap<&'static str, Function> {
    let mut functions = HashMap::new();
    for name in CALLS.map(Call::function) {
        let changes = wire.map(|wire| (DATABASE.to_owned(), wire.url.clone()));
        let changes = changes.into_iter().collect();
        functions.insert(name, setup.function_with(name, changes).await);
    }
    functions
}

fn function<'a>(
    functions: &'a mut HashMap<&'static str, Function>,
    call: Call,
) -> &'a mut Function {
    functions.get_mut(call.function()).expect("a running function")
}

async fn repeat(
    caller: &mut Caller<'_>,
    function: &mut Function,
    call: Call,
    count: usize,
    mut done: impl FnMut(Cost),
) {
    for _ in 0..count {
        done(caller.call(function, call).await);
    }
}
