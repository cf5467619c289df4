//! Where a signal stands, as conditions whose number stands in the statement's text.
//!
//! The indexes of what waits and of what is in quarantine hold nothing else. A prepared statement
//! with the number as a parameter cannot use them: PostgreSQL plans it for any number, and would
//! read all signals that were ever counted to find the few that wait.

use diesel::postfix_operator;

use crate::tables::signals;

postfix_operator!(IsWaiting, " = 0");
postfix_operator!(IsQuarantined, " = 2");

/// Whether a signal is in the queue.
pub(crate) fn is_waiting() -> IsWaiting<signals::state> {
    IsWaiting::new(signals::state)
}

/// Whether a signal is in quarantine.
pub(super) fn is_quarantined() -> IsQuarantined<signals::state> {
    IsQuarantined::new(signals::state)
}

#[cfg(test)]
mod tests {
    use diesel::debug_query;
    use diesel::pg::Pg;
    use diesel::prelude::*;

    use super::super::state;
    use super::*;

    #[test]
    fn the_number_of_a_state_stands_in_the_text() {
        let waiting = debug_query::<Pg, _>(&signals::table.filter(is_waiting())).to_string();
        let said = format!(r#""signals"."state" = {}"#, state::WAITING);
        assert!(waiting.contains(&said), "{waiting}");
        let aside = debug_query::<Pg, _>(&signals::table.filter(is_quarantined())).to_string();
        let said = format!(r#""signals"."state" = {}"#, state::QUARANTINED);
        assert!(aside.contains(&said), "{aside}");
    }
}
