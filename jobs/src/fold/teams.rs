//! Which team a record names: `team`, `department` and `cost_center` of the resource, or where a
//! collector moved them, of the record.

use std::borrow::Cow;

use daybook_schema::teams::{self, TeamNames};
use opentelemetry_proto::tonic::common::v1::AnyValue;
use percent_encoding::percent_decode_str;

use crate::attributes::{Known, text};
use crate::pseudonym::Pseudonym;

/// What was said of a day of a scope, and when: what is greater stays.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SaidTeam {
    /// Microseconds since 1970.
    pub time: i64,
    pub names: TeamNames,
}

/// What a record says; `None` when it has none of the attributes. Who names one of them says all
/// three, so that a team never stands beside the department of another.
pub(super) fn said(resource: &Known<'_>, record: &Known<'_>) -> Option<TeamNames> {
    let team = name(resource.team, record.team);
    let department = name(resource.department, record.department);
    let cost_center = name(resource.cost_center, record.cost_center);
    if team.is_none() && department.is_none() && cost_center.is_none() {
        return None;
    }
    Some(TeamNames {
        team: team.unwrap_or_default(),
        department: department.unwrap_or_default(),
        cost_center: cost_center.unwrap_or_default(),
    })
}

/// A name. The client sends values decoded; other senders do not.
fn name(resource: Option<&AnyValue>, record: Option<&AnyValue>) -> Option<String> {
    let raw = text(resource).or_else(|| text(record))?;
    // A pseudonym stands where a name held the email of who was erased.
    if Pseudonym::parse(&raw).is_some() {
        return Some(String::new());
    }
    let decoded = match raw.contains('%') {
        true => percent_decode_str(&raw).decode_utf8().unwrap_or(Cow::Borrowed(&raw)),
        false => Cow::Borrowed(&*raw),
    };
    Some(teams::name(&decoded))
}

#[cfg(test)]
mod tests {
    use super::*;
    use opentelemetry_proto::tonic::common::v1::KeyValue;
    use opentelemetry_proto::tonic::common::v1::any_value::Value;

    /// Attributes of texts.
    fn attributes(pairs: &[(&str, &str)]) -> Vec<KeyValue> {
        let pair = |(key, value): &(&str, &str)| KeyValue {
            key: (*key).to_owned(),
            value: Some(AnyValue { value: Some(Value::StringValue((*value).to_owned())) }),
            key_strindex: 0,
        };
        pairs.iter().map(pair).collect()
    }

    /// What a resource and a record say, in one line.
    fn line(resource: &[(&str, &str)], record: &[(&str, &str)]) -> Option<String> {
        let (resource, record) = (attributes(resource), attributes(record));
        let names = said(&Known::read(&resource), &Known::read(&record))?;
        Some([names.team, names.department, names.cost_center].join("|"))
    }

    #[test]
    fn the_resource_outranks_the_record() {
        assert_eq!(line(&[], &[]), None);
        assert_eq!(line(&[("team", " ")], &[]), None);
        assert_eq!(line(&[("team", "a")], &[("team", "b")]).as_deref(), Some("a||"));
        assert_eq!(
            line(&[("team", "")], &[("team", "b"), ("cost_center", "7")]).as_deref(),
            Some("b||7")
        );
    }

    #[test]
    fn what_is_still_encoded_is_decoded() {
        for (raw, expected) in [
            ("platform%20eng", "|platform eng|"),
            ("Zo%C3%AB", "|Zoë|"),
            ("a%00b%0Ac", "|a b c|"),
            ("100%", "|100%|"),
            ("%ff", "|%ff|"),
            ("a,b;c=d", "|a,b;c=d|"),
        ] {
            assert_eq!(line(&[("department", raw)], &[]).as_deref(), Some(expected), "{raw}");
        }
    }
}
