//! What is stored about who asks: read once, for their page and for what they take away, so
//! that both say the same.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use daybook_schema::QueryResult;
use daybook_schema::accounts::Account;
use daybook_schema::api::{DailyActivityRow, DailyFilter, DailyUsageRow};
use daybook_schema::counters::Basis;
use daybook_schema::detections::{self, DetectionFilter};
use daybook_schema::store::StoreConnection;
use daybook_schema::stored::Stored;
use daybook_schema::{daily_rows, people, users};
use serde_json::{Value, json};

use crate::api::audit_log::time;

/// What is stored about one person.
pub struct About {
    pub account: Account,
    /// `None` where no telemetry named their address.
    pub stored: Option<Stored>,
    pub usage: Vec<DailyUsageRow>,
    pub activity: Vec<DailyActivityRow>,
    /// By type.
    pub hidden: BTreeMap<String, Hidden>,
    /// For how many days it is kept what was hidden.
    pub detection_days: u32,
}

/// How often something of a type was hidden, and on which UTC days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hidden {
    pub times: i64,
    pub first: NaiveDate,
    pub last: NaiveDate,
}

impl About {
    /// Reads it; `basis` is whose days are meant.
    pub fn load(
        connection: &mut StoreConnection<'_>,
        account: Account,
        basis: Basis,
        detection_days: u32,
    ) -> QueryResult<About> {
        let (from, to) = all_days();
        // Who was merged into somebody is that one.
        let email = people::owner_email(connection, &account.email)?;
        let user = Some(email.clone());
        let filter =
            DailyFilter { from, to, basis, user, model: None, connection: None, team: None };
        let usage = daily_rows::usage(connection, &filter, None, i64::MAX)?;
        let activity = daily_rows::activity(connection, &filter, None, i64::MAX)?;
        Ok(About {
            stored: Stored::of(connection, &email)?,
            usage: usage.into_iter().map(|(_, row)| row).collect(),
            activity: activity.into_iter().map(|(_, row)| row).collect(),
            hidden: hidden(connection, &account.email)?,
            account,
            detection_days,
        })
    }

    /// The first and the last day there is anything of.
    pub fn days(&self) -> Option<(NaiveDate, NaiveDate)> {
        let all = self.activity.iter().map(|row| row.date);
        let all = all.chain(self.usage.iter().map(|row| row.date));
        all.fold(None, |days, day| match days {
            None => Some((day, day)),
            Some((first, last)) => Some((day.min(first), day.max(last))),
        })
    }

    /// As it is taken away.
    pub fn published(&self) -> Value {
        let stored = self.stored.as_ref();
        let list = |read: fn(&Stored) -> Vec<Value>| stored.map(read).unwrap_or_default();
        json!({
            "account": {
                "email": self.account.email,
                "name": self.account.name,
                "role": self.account.role().name(),
                "created_at": time(self.account.created_at),
                "has_password": self.account.password_hash.is_some(),
                "provider_subject": self.account.provider_subject,
            },
            "user": stored.map(user),
            "identities": list(identities),
            "connections": list(connections),
            "sessions": stored.map(sessions),
            "daily_usage": self.usage,
            "daily_activity": self.activity,
            "detections": self.hidden.iter().map(detection).collect::<Vec<Value>>(),
            "kept_for": {
                "daily_usage": null,
                "daily_activity": null,
                "sessions": null,
                "requests": null,
                "detections": format!("{} days", self.detection_days),
            },
        })
    }
}

/// From before the first telemetry there can be to after the last; both databases can say them.
fn all_days() -> (NaiveDate, NaiveDate) {
    let first = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap_or_default();
    (first, NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(first))
}

/// What was hidden in the telemetry that an email declares.
fn hidden(
    connection: &mut StoreConnection<'_>,
    email: &str,
) -> QueryResult<BTreeMap<String, Hidden>> {
    let (from, to) = all_days();
    let email = Some(email.to_owned());
    let filter =
        DetectionFilter { from, to, rule: None, email, connection: None, session_id: None };
    let mut by_type = BTreeMap::new();
    for (day, rule, times) in detections::by_day_and_rule(connection, &filter)? {
        let new = Hidden { times: 0, first: day, last: day };
        let hidden: &mut Hidden = by_type.entry(rule).or_insert(new);
        hidden.times = hidden.times.saturating_add(times);
        hidden.last = hidden.last.max(day);
    }
    Ok(by_type)
}

/// Who the telemetry's user is.
fn user(stored: &Stored) -> Value {
    let user = &stored.user;
    json!({"id": users::public_id(user.id), "email": user.email, "name": user.name})
}

/// What else is known to be theirs.
fn identities(stored: &Stored) -> Vec<Value> {
    let one = |it: &users::UserIdentity| json!({"kind": it.kind, "value": it.value, "first_at": time(it.first_time)});
    stored.identities.iter().map(one).collect()
}

/// Where they reported.
fn connections(stored: &Stored) -> Vec<Value> {
    let of = stored.connections.iter();
    of.map(|it| {
        let id = daybook_schema::connections::public_id(it.id);
        json!({"id": id, "name": it.name, "first_day": it.first_day, "last_day": it.last_day})
    })
    .collect()
}

/// How many sessions there are, and what is kept of them.
fn sessions(stored: &Stored) -> Value {
    let sessions = &stored.sessions;
    json!({
        "count": sessions.count,
        "first_at": sessions.first_time.map(time),
        "last_at": sessions.last_time.map(time),
        "requests_kept": sessions.kept_requests,
    })
}

/// How often something was hidden.
fn detection((rule, hidden): (&String, &Hidden)) -> Value {
    json!({"type": rule, "times": hidden.times, "first_day": hidden.first, "last_day": hidden.last})
}
