//! What each figure means, in words, one click from the figure.

use maud::{Markup, html};

/// A figure's definition.
pub(super) struct Definition {
    /// Names it in the page.
    pub id: &'static str,
    /// What is defined.
    pub term: &'static str,
    /// What it means, and what it does not.
    pub text: &'static str,
}

/// Cost.
pub(super) const COST: Definition = Definition {
    id: "what-cost",
    term: "Cost, estimated",
    text: "What Claude Code itself estimates each call to cost, in US dollars, added up. It is the \
           client's estimate, not an invoice: discounts and committed rates are not in it. The \
           change compares whole days with as many days of the period before. The projection is \
           what this month came to so far, and for each day to come what that day of the week \
           cost lately.",
};

/// Active users.
pub(super) const USERS: Definition = Definition {
    id: "what-users",
    term: "Active users",
    text: "People with a session, a prompt or any tokens in these days, of all people seen up to \
           the last of them. Stopped: active in the period before, but not in this one. A session \
           is a session id with consumption or a prompt, counted once a day. Installs that name \
           nobody are not people; their share is under “Can these figures be trusted?”.",
};

/// Tokens.
pub(super) const TOKENS: Definition = Definition {
    id: "what-tokens",
    term: "Tokens",
    text: "Input, output, cache reads and cache writes, added up. From cache is the share of all \
           input (input, cache reads, cache writes) that was read from the prompt cache, which \
           costs a tenth: a low share is money that could be saved.",
};

/// Lines of code.
pub(super) const LINES: Definition = Definition {
    id: "what-lines",
    term: "Lines of code",
    text: "Lines that edits by Claude Code added and removed. They were written to files; whether \
           they were committed is not known.",
};

/// Commits and pull requests.
pub(super) const COMMITS: Definition = Definition {
    id: "what-commits",
    term: "Commits and pull requests",
    text: "Commits and pull requests that were made through Claude Code. What people commit \
           themselves is not in it.",
};

/// Edits accepted.
pub(super) const EDITS: Definition = Definition {
    id: "what-edits",
    term: "Edits accepted",
    text: "Of the edits proposed by Edit, MultiEdit, Write and NotebookEdit, the share that was \
           accepted, by the user or by a rule of theirs.",
};

/// Detections.
pub(super) const DETECTIONS: Definition = Definition {
    id: "what-detections",
    term: "Detections",
    text: "How often something that must not be kept was found in telemetry and replaced by a \
           marker, before anything was stored. The same secret found again counts again.",
};

/// Types.
pub(super) const TYPES: Definition = Definition {
    id: "what-types",
    term: "Types",
    text: "How many kinds were found: the built-in rules and your own patterns that matched. The \
           type stands in the marker.",
};

/// People.
pub(super) const PEOPLE: Definition = Definition {
    id: "what-people",
    term: "People",
    text: "How many emails the telemetry declares in which something was found. What declares \
           none is in the detections, but not here.",
};

/// Payloads scanned.
pub(super) const PAYLOADS: Definition = Definition {
    id: "what-payloads",
    term: "Payloads scanned",
    text: "Every request that was accepted since the first: each is scanned before it is stored. \
           The filter does not change it.",
};

/// The button that asks, and what it answers. Needs no script.
pub(super) fn ask(definition: &Definition) -> Markup {
    html! {
        button.what type="button" popovertarget=(definition.id) aria-label={ "What is “" (definition.term) "”?" } { "?" }
        div.definition id=(definition.id) popover {
            strong { (definition.term) }
            p { (definition.text) }
        }
    }
}
