//! Cold starts: a new process each time.

use crate::Plan;
use crate::call::{Call, Caller};
use crate::series::Series;
use crate::setup::Setup;

/// A function's first moments.
pub struct Start {
    pub call: Call,
    /// Until it asks for its first event.
    pub init: Series,
    /// Until its first response is there.
    pub first: Series,
}

/// What each function is first asked for.
const CALLS: [Call; 15] = [
    Call::Hello,
    Call::Refresh,
    Call::Me,
    Call::Preferences,
    Call::Sessions,
    Call::Search,
    Call::Statistics,
    Call::Picture,
    Call::Uploaded,
    Call::Identities,
    Call::Passkeys,
    Call::Mailed,
    Call::Liveness,
    Call::Rotate,
    Call::Registered,
];

/// Starts each function many times, in turns, so that what else the machine
/// does meets all alike.
pub async fn measure(setup: &Setup, plan: &Plan) -> Vec<Start> {
    let mut caller = Caller::new(setup).await;
    let start = |call| Start { call, init: Series::default(), first: Series::default() };
    let mut starts: Vec<_> = CALLS.into_iter().map(start).collect();
    // Once unmeasured, for the files to be in memory.
    for Start { call, .. } in &starts {
        caller.call(&mut setup.function(call.function()).await, *call).await;
    }
    for _ in 0..plan.rounds {
        for start in &mut starts {
            start.init.begin_round();
            start.first.begin_round();
        }
        for _ in 0..plan.starts {
            for Start { call, init, first } in &mut starts {
                // What follows from the call before would be in the way.
                setup.kith.stack.settled().await;
                let mut function = setup.function(call.function()).await;
                init.push(function.init);
                first.push(caller.call(&mut function, *call).await.since_start);
                function.stop().await;
            }
        }
    }
    starts
}
