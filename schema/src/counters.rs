//! What is counted, as plain sums that can be added and taken apart exactly.

/// The most that is summed up: as much below 64 bits as the database adds to round nanos.
pub const MAX_SUM: i64 = i64::MAX - 1000;

/// Consumption: what a model was used for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UsageCounters {
    /// Successful API calls; known from events only.
    pub requests: i64,
    /// Tokens sent, without cache.
    pub input_tokens: i64,
    /// Tokens answered.
    pub output_tokens: i64,
    /// Tokens read from the prompt cache.
    pub cache_read_tokens: i64,
    /// Tokens written to the prompt cache.
    pub cache_creation_tokens: i64,
    /// The client's estimate in nano-USD: fine enough that summing rounds nothing.
    pub cost_nanos: i64,
}

impl UsageCounters {
    /// Every counter, in the order of the columns.
    fn values(&self) -> [i64; 6] {
        [
            self.requests,
            self.input_tokens,
            self.output_tokens,
            self.cache_read_tokens,
            self.cache_creation_tokens,
            self.cost_nanos,
        ]
    }

    /// The reverse of `values`.
    fn from_values(values: [i64; 6]) -> UsageCounters {
        let [
            requests,
            input_tokens,
            output_tokens,
            cache_read_tokens,
            cache_creation_tokens,
            cost_nanos,
        ] = values;
        UsageCounters {
            requests,
            input_tokens,
            output_tokens,
            cache_read_tokens,
            cache_creation_tokens,
            cost_nanos,
        }
    }

    /// The sum, or `None` when a counter would go past [`MAX_SUM`].
    pub fn plus(&self, other: &UsageCounters) -> Option<UsageCounters> {
        combine(self.values(), other.values(), sum).map(UsageCounters::from_values)
    }

    /// The difference, or `None` when a counter would overflow.
    pub fn minus(&self, other: &UsageCounters) -> Option<UsageCounters> {
        combine(self.values(), other.values(), i64::checked_sub).map(UsageCounters::from_values)
    }

    /// Whether nothing was counted.
    pub fn is_zero(&self) -> bool {
        self.values().iter().all(|value| *value == 0)
    }
}

impl UsageCounters {
    /// Tokens of all kinds.
    pub fn tokens(&self) -> i64 {
        self.input_tokens
            .saturating_add(self.output_tokens)
            .saturating_add(self.cache_read_tokens)
            .saturating_add(self.cache_creation_tokens)
    }
}

/// Activity: what has no model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, diesel::Queryable)]
pub struct ActivityCounters {
    /// Lines added by edits.
    pub lines_added: i64,
    /// Lines removed by edits.
    pub lines_removed: i64,
    /// Commits made.
    pub commits: i64,
    /// Pull requests opened.
    pub pull_requests: i64,
    /// Microseconds the person was active.
    pub active_user_micros: i64,
    /// Microseconds the client was active.
    pub active_cli_micros: i64,
    /// Edit decisions.
    pub edit_accepted: i64,
    /// Edit decisions.
    pub edit_rejected: i64,
    /// MultiEdit decisions.
    pub multi_edit_accepted: i64,
    /// MultiEdit decisions.
    pub multi_edit_rejected: i64,
    /// Write decisions.
    pub write_accepted: i64,
    /// Write decisions.
    pub write_rejected: i64,
    /// NotebookEdit decisions.
    pub notebook_edit_accepted: i64,
    /// NotebookEdit decisions.
    pub notebook_edit_rejected: i64,
    /// Prompts, without slash commands.
    pub prompts: i64,
    /// Tools that ran.
    pub tool_calls: i64,
    /// API calls that failed for good.
    pub errors: i64,
}

impl ActivityCounters {
    /// Every counter, in the order of the columns.
    fn values(&self) -> [i64; 17] {
        [
            self.lines_added,
            self.lines_removed,
            self.commits,
            self.pull_requests,
            self.active_user_micros,
            self.active_cli_micros,
            self.edit_accepted,
            self.edit_rejected,
            self.multi_edit_accepted,
            self.multi_edit_rejected,
            self.write_accepted,
            self.write_rejected,
            self.notebook_edit_accepted,
            self.notebook_edit_rejected,
            self.prompts,
            self.tool_calls,
            self.errors,
        ]
    }

    /// The reverse of `values`.
    fn from_values(values: [i64; 17]) -> ActivityCounters {
        let [
            lines_added,
            lines_removed,
            commits,
            pull_requests,
            active_user_micros,
            active_cli_micros,
            edit_accepted,
            edit_rejected,
            multi_edit_accepted,
            multi_edit_rejected,
            write_accepted,
            write_rejected,
            notebook_edit_accepted,
            notebook_edit_rejected,
            prompts,
            tool_calls,
            errors,
        ] = values;
        ActivityCounters {
            lines_added,
            lines_removed,
            commits,
            pull_requests,
            active_user_micros,
            active_cli_micros,
            edit_accepted,
            edit_rejected,
            multi_edit_accepted,
            multi_edit_rejected,
            write_accepted,
            write_rejected,
            notebook_edit_accepted,
            notebook_edit_rejected,
            prompts,
            tool_calls,
            errors,
        }
    }

    /// The sum, or `None` when a counter would go past [`MAX_SUM`].
    pub fn plus(&self, other: &ActivityCounters) -> Option<ActivityCounters> {
        combine(self.values(), other.values(), sum).map(ActivityCounters::from_values)
    }

    /// The difference, or `None` when a counter would overflow.
    pub fn minus(&self, other: &ActivityCounters) -> Option<ActivityCounters> {
        combine(self.values(), other.values(), i64::checked_sub).map(ActivityCounters::from_values)
    }

    /// Whether nothing was counted.
    pub fn is_zero(&self) -> bool {
        self.values().iter().all(|value| *value == 0)
    }
}

impl ActivityCounters {
    /// The edit decisions alone, in the order of the columns.
    pub fn edits(&self) -> ActivityCounters {
        ActivityCounters {
            edit_accepted: self.edit_accepted,
            edit_rejected: self.edit_rejected,
            multi_edit_accepted: self.multi_edit_accepted,
            multi_edit_rejected: self.multi_edit_rejected,
            write_accepted: self.write_accepted,
            write_rejected: self.write_rejected,
            notebook_edit_accepted: self.notebook_edit_accepted,
            notebook_edit_rejected: self.notebook_edit_rejected,
            ..ActivityCounters::default()
        }
    }

    /// How many counters of all kinds are in it, added up.
    pub fn total(&self) -> i64 {
        self.values().iter().fold(0, |sum, value| sum.saturating_add(*value))
    }

    /// Edits that were accepted, whatever the tool.
    pub fn edits_accepted(&self) -> i64 {
        self.edit_accepted
            .saturating_add(self.multi_edit_accepted)
            .saturating_add(self.write_accepted)
            .saturating_add(self.notebook_edit_accepted)
    }

    /// Edits that were rejected, whatever the tool.
    pub fn edits_rejected(&self) -> i64 {
        self.edit_rejected
            .saturating_add(self.multi_edit_rejected)
            .saturating_add(self.write_rejected)
            .saturating_add(self.notebook_edit_rejected)
    }
}

/// The sum of two counters, no further than it may go.
fn sum(left: i64, right: i64) -> Option<i64> {
    left.checked_add(right).filter(|sum| *sum <= MAX_SUM)
}

/// Combines two lists of counters one by one.
fn combine<const N: usize>(
    left: [i64; N],
    right: [i64; N],
    operation: fn(i64, i64) -> Option<i64>,
) -> Option<[i64; N]> {
    let mut combined = [0; N];
    for ((slot, left), right) in combined.iter_mut().zip(left).zip(right) {
        *slot = operation(left, right)?;
    }
    Some(combined)
}

/// Where a figure was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    Metrics,
    Events,
}

impl Source {
    /// The number it is stored as.
    pub fn number(self) -> i16 {
        match self {
            Source::Metrics => 1,
            Source::Events => 2,
        }
    }

    /// The reverse of `number`; anything else reads as events.
    pub fn from_number(number: i16) -> Source {
        if number == 1 { Source::Metrics } else { Source::Events }
    }
}

/// Which days a figure is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Basis {
    /// UTC days.
    Utc,
    /// Days of the installation's time zone.
    Local,
}

impl Basis {
    /// The number it is stored as.
    pub fn number(self) -> i16 {
        match self {
            Basis::Utc => 1,
            Basis::Local => 2,
        }
    }
}
