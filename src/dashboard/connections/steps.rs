//! Whether it works: six steps from nothing to a counted day, a test request, and a line to try
//! it from another machine.

use super::one::{Asked, One};
use super::*;

/// What came of a test request, as the page is told by its address: numbers alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tried {
    /// What the request is known by: 16 hex digits.
    pub(super) number: String,
    /// What it was answered.
    pub(super) status: u16,
    /// How long that took.
    pub(super) millis: u32,
}

impl Tried {
    /// Reads it out of a query; `None` for anything else.
    pub(super) fn parse(query: &str) -> Option<Tried> {
        let value = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
        };
        let number = value("test")?;
        let is_number = number.len() == 16 && number.bytes().all(|digit| digit.is_ascii_hexdigit());
        is_number.then_some(())?;
        Some(Tried {
            number: number.to_owned(),
            status: value("status")?.parse().ok()?,
            millis: value("millis")?.parse().ok()?,
        })
    }

    /// The query it is read out of.
    pub(super) fn query(&self) -> String {
        format!("test={}&status={}&millis={}", self.number, self.status, self.millis)
    }
}

/// The panel. With script the steps are looked at every two seconds until all are done.
pub(super) fn panel(one: &One, tried: Option<&Tried>, asked: &Asked) -> Markup {
    let Asked { caller, address, now } = asked;
    let now = *now;
    let steps = one.state.steps();
    let is_done = steps.iter().all(|step| step.is_done);
    let poll = format!("/api/v1/connections/{}", public_id(one.row.id));
    html! {
        section.card #works aria-labelledby="does-it-work" data-poll=[(!is_done).then_some(poll)] {
            h2 #does-it-work { "Does it work?" }
            (condition::advice(one.state.condition(now)))
            ol.checks {
                @for step in steps {
                    li data-step=(step.name) {
                        span data-is="done" hidden[!step.is_done] { (status(Status::Ok, "Done")) }
                        span data-is="open" hidden[step.is_done] { (status(Status::Off, "Not yet")) }
                        (step.label)
                    }
                }
            }
            div.buttons {
                form action={ (path_of(one.row.id)) "/test#works" } method="post" {
                    (caller.form_token())
                    button type="submit" { "Send a test request" }
                }
                a.button href={ (path_of(one.row.id)) "#works" } data-again { "Look again" }
            }
            @if let Some(tried) = tried { (outcome(tried, one, now)) }
            details {
                summary { "Try it from another machine" }
                p { "An empty request, which is answered and counts nothing. The token is under Tokens; " code { "daybook doctor " (address) "/api/otel TOKEN" } " says more." }
                pre #curl tabindex="0" { (curl(address)) }
                button type="button" data-copy="curl" hidden { "Copy" }
            }
        }
    }
}

/// What came of a test request.
fn outcome(tried: &Tried, one: &One, now: DateTime<Utc>) -> Markup {
    let folded = one.state.test_folded_at(&tried.number);
    html! {
        div.outcome role="status" {
            @if tried.status == 200 {
                p { (status(Status::Ok, "Accepted")) " The test request was answered 200 in " (tried.millis) " ms: it went through the front door, was redacted and is on disk." }
                @match folded {
                    Some(at) => p { (status(Status::Ok, "Folded")) " The worker read it " (ago(Some(at), now)) ". Nothing of it is counted: no figure, user or session knows of it." },
                    None => p { (status(Status::Off, "Waiting")) " The worker has not read it yet; look again in a moment." },
                }
            } @else {
                p { (status(Status::Warn, "Refused")) " The test request was answered " (tried.status) " after " (tried.millis) " ms." }
            }
        }
    }
}

/// The line for a shell. What the address holds cannot end its quotes.
fn curl(address: &str) -> String {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || ":/.-_[]".contains(letter);
    let address = if address.chars().all(fits) { address } else { "http://127.0.0.1:8080" };
    format!(
        "curl -i -X POST '{address}/api/otel/v1/logs' \\\n  -H 'Content-Type: application/json' \
         \\\n  -H \"Authorization: Bearer $DAYBOOK_INGEST_TOKEN\" \\\n  -d '{{}}'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_of_a_test_is_told_by_numbers_alone() {
        let tried = Tried { number: "0123456789abcdef".to_owned(), status: 200, millis: 4 };
        assert_eq!(Tried::parse(&tried.query()), Some(tried));
        for query in [
            "",
            "test=1&status=200&millis=4",
            "test=0123456789abcdeg&status=200&millis=4",
            "test=0123456789abcdef&status=<b>&millis=4",
            "test=0123456789abcdef&status=200",
        ] {
            assert_eq!(Tried::parse(query), None, "{query}");
        }
    }

    #[test]
    fn nothing_ends_the_quotes_of_the_line() {
        let line = curl("http://evil'$(id)");
        assert!(!line.contains("evil") && line.matches('\'').count() == 6, "{line}");
    }
}
