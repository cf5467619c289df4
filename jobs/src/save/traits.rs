//! What the telemetry of each connection is like, gathered from what was folded anyway.

use std::collections::BTreeMap;

use daybook_schema::QueryResult;
use daybook_schema::agents::claude_code::attribute;
use daybook_schema::connection_traits::{
    self, COUNTED, ConnectionTrait, MISSING, NAMED, TEMPORALITY, TEST,
};
use daybook_schema::counters::Source;
use daybook_schema::store::StoreConnection;

use crate::fold::{Identity, Observed, Scope};
use crate::probe;

/// By connection, name and value: when the latest request that shows it was received.
type Traits = BTreeMap<(i32, &'static str, String), i64>;

/// Writes the traits of a batch; `counted` are the connections something was counted of.
pub(super) fn save(
    connection: &mut StoreConnection<'_>,
    batch: &[Observed],
    counted: impl Iterator<Item = i32>,
) -> QueryResult<()> {
    let mut traits = Traits::new();
    let latest = batch.iter().map(|observed| observed.received_at).max().unwrap_or_default();
    for connection_id in counted {
        traits.insert((connection_id, COUNTED, String::new()), latest);
    }
    for observed in batch {
        for (name, value) in shown(observed) {
            let last = traits.entry((observed.connection_id, name, value)).or_default();
            *last = (*last).max(observed.received_at);
        }
    }
    let rows: Vec<ConnectionTrait> = traits
        .into_iter()
        .map(|((connection_id, name, value), last_at)| ConnectionTrait {
            connection_id,
            name: name.to_owned(),
            value,
            last_at,
        })
        .collect();
    connection_traits::note(connection, &rows)
}

/// What a signal shows, the same more than once.
fn shown(observed: &Observed) -> impl Iterator<Item = (&'static str, String)> {
    let test = observed.test.map(|number| (TEST, probe::written(number)));
    let temporality = observed
        .observations
        .iter()
        .filter(|observation| observation.source == Source::Metrics)
        .map(|observation| match observation.identity {
            Identity::Once { .. } => "delta",
            Identity::Stream { .. } => "cumulative",
        });
    let temporality = temporality.map(|value| (TEMPORALITY, value.to_owned()));
    test.into_iter().chain(temporality).chain(observed.scopes.iter().flat_map(of_scope))
}

/// What a scope has and lacks.
fn of_scope(scope: &Scope) -> impl Iterator<Item = (&'static str, String)> {
    let declared = &scope.declared;
    let named = declared.email.is_some().then_some((NAMED, attribute::USER_EMAIL));
    let missing = [
        (declared.email.is_none(), attribute::USER_EMAIL),
        (scope.session_id.is_none(), attribute::SESSION_ID),
        (declared.install_id.is_none(), attribute::USER_ID),
        (scope.labels.version.is_empty(), attribute::SERVICE_VERSION),
    ];
    let missing = missing.into_iter().filter(|(is_missing, _)| *is_missing);
    let missing = missing.map(|(_, name)| (MISSING, name));
    named.into_iter().chain(missing).map(|(name, value)| (name, value.to_owned()))
}
