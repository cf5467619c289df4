//! The counters a metric point can raise, and their units.

use daybook_schema::counters::{ActivityCounters, UsageCounters};

use super::Refusal;

/// No single point counts more than this, in its counter's unit: ten to the fifteenth is a
/// million USD in nanos, and a thousand times what any client can use up.
const MAX_AMOUNT: f64 = 1.0e15;

/// A counter of the session tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Counter {
    InputTokens,
    OutputTokens,
    CacheReadTokens,
    CacheCreationTokens,
    CostNanos,
    LinesAdded,
    LinesRemoved,
    Commits,
    PullRequests,
    ActiveUserMicros,
    ActiveCliMicros,
    Edit(EditTool, Decision),
    Prompts,
    ToolCalls,
    Errors,
    SessionStarts,
}

/// The tools that edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EditTool {
    Edit,
    MultiEdit,
    Write,
    NotebookEdit,
}

impl EditTool {
    /// Reads `tool_name`; `None` for tools that edit nothing.
    pub fn parse(name: &str) -> Option<EditTool> {
        match name {
            "Edit" => Some(EditTool::Edit),
            "MultiEdit" => Some(EditTool::MultiEdit),
            "Write" => Some(EditTool::Write),
            "NotebookEdit" => Some(EditTool::NotebookEdit),
            _ => None,
        }
    }
}

/// What was decided about an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Decision {
    Accept,
    Reject,
}

impl Decision {
    /// Reads `decision`.
    pub fn parse(text: &str) -> Option<Decision> {
        match text {
            "accept" => Some(Decision::Accept),
            "reject" => Some(Decision::Reject),
            _ => None,
        }
    }
}

impl Counter {
    /// How many of the counter's unit are in one of the wire's: nanos of USD, micros of a
    /// second.
    fn scale(self) -> f64 {
        match self {
            Counter::CostNanos => 1.0e9,
            Counter::ActiveUserMicros | Counter::ActiveCliMicros => 1.0e6,
            _ => 1.0,
        }
    }

    /// Whether it counts consumption, which has a model.
    pub fn is_usage(self) -> bool {
        matches!(
            self,
            Counter::InputTokens
                | Counter::OutputTokens
                | Counter::CacheReadTokens
                | Counter::CacheCreationTokens
                | Counter::CostNanos
        )
    }

    /// A value of the wire in the counter's unit.
    pub fn amount(self, value: f64) -> Result<i64, Refusal> {
        if value.is_nan() {
            return Err(Refusal::NotANumber);
        }
        if value.is_infinite() {
            return Err(Refusal::Infinite);
        }
        if value < 0.0 {
            return Err(Refusal::Negative);
        }
        let scaled = (value * self.scale()).round();
        if scaled > MAX_AMOUNT {
            return Err(Refusal::TooLarge);
        }
        #[expect(clippy::as_conversions, reason = "between 0 and 10^15, and whole")]
        Ok(scaled as i64)
    }

    /// The counter alone, where it counts consumption.
    pub fn usage(self, amount: i64) -> UsageCounters {
        let mut usage = UsageCounters::default();
        match self {
            Counter::InputTokens => usage.input_tokens = amount,
            Counter::OutputTokens => usage.output_tokens = amount,
            Counter::CacheReadTokens => usage.cache_read_tokens = amount,
            Counter::CacheCreationTokens => usage.cache_creation_tokens = amount,
            Counter::CostNanos => usage.cost_nanos = amount,
            _ => {}
        }
        usage
    }

    /// The counter alone, where it counts activity.
    pub fn activity(self, amount: i64) -> ActivityCounters {
        let mut activity = ActivityCounters::default();
        match self {
            Counter::LinesAdded => activity.lines_added = amount,
            Counter::LinesRemoved => activity.lines_removed = amount,
            Counter::Commits => activity.commits = amount,
            Counter::PullRequests => activity.pull_requests = amount,
            Counter::ActiveUserMicros => activity.active_user_micros = amount,
            Counter::ActiveCliMicros => activity.active_cli_micros = amount,
            Counter::Edit(tool, decision) => *edit_slot(&mut activity, tool, decision) = amount,
            Counter::Prompts => activity.prompts = amount,
            Counter::ToolCalls => activity.tool_calls = amount,
            Counter::Errors => activity.errors = amount,
            _ => {}
        }
        activity
    }
}

/// Where the decisions about a tool are counted.
fn edit_slot(activity: &mut ActivityCounters, tool: EditTool, decision: Decision) -> &mut i64 {
    match (tool, decision) {
        (EditTool::Edit, Decision::Accept) => &mut activity.edit_accepted,
        (EditTool::Edit, Decision::Reject) => &mut activity.edit_rejected,
        (EditTool::MultiEdit, Decision::Accept) => &mut activity.multi_edit_accepted,
        (EditTool::MultiEdit, Decision::Reject) => &mut activity.multi_edit_rejected,
        (EditTool::Write, Decision::Accept) => &mut activity.write_accepted,
        (EditTool::Write, Decision::Reject) => &mut activity.write_rejected,
        (EditTool::NotebookEdit, Decision::Accept) => &mut activity.notebook_edit_accepted,
        (EditTool::NotebookEdit, Decision::Reject) => &mut activity.notebook_edit_rejected,
    }
}
