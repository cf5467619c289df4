//! The rules, P1 to P20, each a check that says what it looked at or why it failed.

mod bodies;
mod answers;
mod encodings;
mod delivery;

use std::time::Duration;

use daybook_schema::signals::SignalKind;

use super::door::{Door, Parcel, Wire};
use super::figures::Figures;
use super::reply::{Reply, WHOLE};
use super::telemetry::{Person, Sample};

/// A rule and its check. The check says what was looked at.
pub struct Rule {
    pub number: u8,
    pub title: &'static str,
    pub check: fn(&Subject) -> anyhow::Result<String>,
}

/// Every rule, in order.
pub const RULES: [Rule; 20] = [
    Rule { number: 1, title: "every compression of every signal", check: bodies::compressions },
    Rule { number: 2, title: "the standard paths and methods", check: bodies::paths },
    Rule { number: 3, title: "media types in any case, with parameters", check: bodies::media },
    Rule { number: 4, title: "an answer's media type is the request's", check: answers::media },
    Rule { number: 5, title: "success is an empty response", check: answers::success },
    Rule { number: 6, title: "a bad element spoils no neighbour", check: answers::partial },
    Rule { number: 7, title: "an empty request succeeds", check: bodies::empty },
    Rule { number: 8, title: "a refusal says cause and cure", check: answers::refusals_say_why },
    Rule { number: 9, title: "what cannot be decoded is bad data", check: bodies::malformed },
    Rule { number: 10, title: "a passing fault can be retried", check: delivery::passing_fault },
    Rule { number: 11, title: "overload says when to come again", check: delivery::overload },
    Rule { number: 12, title: "limits hold after unpacking", check: bodies::unpacked_limit },
    Rule { number: 13, title: "the limit of a message is for good", check: bodies::sent_limit },
    Rule { number: 14, title: "each refusal has its own code", check: answers::codes },
    Rule { number: 15, title: "all an encoding allows is understood", check: encodings::allowed },
    Rule { number: 16, title: "a connection is used again", check: delivery::reuse },
    Rule { number: 17, title: "any order, side by side", check: delivery::side_by_side },
    Rule { number: 18, title: "a lost answer's resend counts once", check: delivery::lost_answer },
    Rule { number: 19, title: "an unread answer's resend counts once", check: delivery::unread },
    Rule { number: 20, title: "what is acknowledged is counted once", check: delivery::counted },
];

/// What is asked, and with what.
#[derive(Clone, Debug)]
pub struct Subject {
    pub door: Door,
    /// Where what was counted can be read; answers alone are judged without it.
    pub figures: Option<Figures>,
    pub sizes: Sizes,
    /// A name no other run has: people are made up by it.
    pub run: String,
    /// How long a connection is left idle before it is used again.
    pub idle: Duration,
}

/// The limits the server should have, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    pub sent: usize,
    pub unpacked: usize,
}

impl Subject {
    /// Somebody that nobody else of this run is.
    fn person(&self, name: &str) -> Person {
        let wire = match self.door.wire {
            Wire::Protobuf => "protobuf",
            Wire::Json => "json",
            Wire::Grpc => "grpc",
        };
        Person { email: format!("conformance-{}-{wire}-{name}@example.com", self.run) }
    }

    /// Whether requests are written in JSON.
    fn is_json(&self) -> bool {
        self.door.wire == Wire::Json
    }

    /// A sample in the encoding of the door.
    fn body(&self, kind: SignalKind, sample: &Sample) -> Vec<u8> {
        if self.is_json() {
            sample.json(kind).to_string().into_bytes()
        } else {
            sample.protobuf(kind)
        }
    }

    /// A sample as a client sends it.
    fn parcel<'a>(&self, kind: SignalKind, sample: &Sample) -> Parcel<'a> {
        Parcel::new(kind, self.body(kind, sample))
    }

    /// Sends a parcel that must be accepted whole.
    fn accept(&self, parcel: &Parcel<'_>, what: &str) -> anyhow::Result<Reply> {
        let reply = self.door.send(parcel)?;
        reply.expect(&WHOLE, what)?;
        Ok(reply)
    }

    /// Fails unless exactly so many tokens of somebody were counted. Says what was looked at.
    fn assert_counted(&self, person: &Person, tokens: i64) -> anyhow::Result<&'static str> {
        let Some(figures) = &self.figures else {
            return Ok("by their answers");
        };
        let counted = figures.input_tokens(&person.email)?;
        anyhow::ensure!(counted == tokens, "{counted} tokens were counted of {tokens}");
        Ok("counted exactly")
    }
}
