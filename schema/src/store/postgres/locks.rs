//! Advisory locks: whose turn it is, across processes.
//!
//! A turn holds `EVERYTHING` shared and each of its shards alone; a turn that reaches beyond
//! its shards holds `EVERYTHING` alone. Shards are locked in ascending order, after
//! `EVERYTHING`, so that no two turns wait for each other. Whoever claims holds `CLAIMS`
//! meanwhile. The locks of a schema are its own.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer};

use super::{Job, PgConnection, Unnest};
use crate::store::Values;

/// What a turn of the fold locks, and below it one number a shard.
const EVERYTHING: i32 = -1;

/// What whoever claims locks; beyond all shards.
const CLAIMS: i32 = 1 << 19;

/// Jobs are locked beyond all shards.
const JOBS: i32 = 1 << 20;

/// Where the locks of this schema begin: the first key of every advisory lock.
macro_rules! space {
    () => {
        "hashtext('daybook.' || current_schema())"
    };
}

/// The same as a text.
const SPACE: &str = space!();

/// Locks some shards until the transaction ends.
pub(super) fn shards(connection: &mut PgConnection, shards: &BTreeSet<i16>) -> QueryResult<()> {
    let shards = shards.iter().map(|shard| i32::from(*shard));
    let numbers: Vec<i32> = std::iter::once(EVERYTHING).chain(shards).collect();
    let statement = Unnest {
        before: concat!(
            "SELECT CASE WHEN number < 0 THEN pg_advisory_xact_lock_shared(",
            space!(),
            ", number) ELSE pg_advisory_xact_lock(",
            space!(),
            ", number) END FROM"
        ),
        columns: vec![Values::from(numbers)],
        behind: "AS number",
    };
    statement.execute(connection)?;
    Ok(())
}

/// Lets nobody else claim until the transaction ends. Should the process be stopped meanwhile, the
/// transaction ends by itself, sooner than others.
pub(crate) fn claims(connection: &mut PgConnection) -> QueryResult<()> {
    let statement = Unnest {
        before: concat!(
            "SELECT set_config('idle_in_transaction_session_timeout', '2s', true), \
             pg_advisory_xact_lock(",
            space!(),
            ", number) FROM"
        ),
        columns: vec![Values::from(vec![CLAIMS])],
        behind: "AS number",
    };
    statement.execute(connection)?;
    Ok(())
}

/// Locks every other turn out until the transaction ends.
pub(super) fn everything(connection: &mut PgConnection) -> QueryResult<()> {
    let text = format!("SELECT pg_advisory_xact_lock({SPACE}, $1)");
    diesel::sql_query(text).bind::<Integer, _>(EVERYTHING).execute(connection)?;
    Ok(())
}

/// Takes a job, and waits for it if another process has it. It goes with the connection.
pub(super) fn hold(connection: &mut PgConnection, job: Job) -> QueryResult<()> {
    let text = format!("SELECT pg_advisory_lock({SPACE}, $1)");
    diesel::sql_query(text).bind::<Integer, _>(number(job)).execute(connection)?;
    Ok(())
}

/// Whether a lock was taken.
#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = Bool)]
    taken: bool,
}

/// Takes a job unless another process has it.
pub(super) fn try_hold(connection: &mut PgConnection, job: Job) -> QueryResult<bool> {
    let text = format!("SELECT pg_try_advisory_lock({SPACE}, $1) AS taken");
    let taken: Taken =
        diesel::sql_query(text).bind::<Integer, _>(number(job)).get_result(connection)?;
    Ok(taken.taken)
}

/// Gives a job back.
pub(super) fn let_go(connection: &mut PgConnection, job: Job) -> QueryResult<()> {
    let text = format!("SELECT pg_advisory_unlock({SPACE}, $1)");
    diesel::sql_query(text).bind::<Integer, _>(number(job)).execute(connection)?;
    Ok(())
}

/// The number a job is locked by.
#[expect(clippy::as_conversions, reason = "the number of the variant")]
fn number(job: Job) -> i32 {
    JOBS + job as i32
}
