//! The records and points of one person in kept requests.

use std::collections::BTreeSet;

use daybook_schema::erasures;
use daybook_schema::sessions::Session;
use daybook_schema::signals::SignalKind;
use daybook_schema::store::StoreConnection;
use daybook_schema::users::identity;
use daybook_schema::{QueryResult, StoreError};
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point;
use opentelemetry_proto::tonic::resource::v1::Resource;
use serde_json::{Map, Value, json};

use crate::attributes::{Known, text};
use crate::keys::Keys;
use crate::people::identities::Identity;
use crate::resolve::{self, IdentityOrder};
use crate::signal::{self, Request};

/// Requests that are unpacked at a time.
const STEP: usize = 100;

/// What a person's records are known by.
pub(super) struct Records<'a> {
    keys: &'a Keys,
    identities: BTreeSet<i64>,
    sessions: BTreeSet<&'a str>,
}

impl<'a> Records<'a> {
    /// The records of who is named so, and has these sessions.
    pub(super) fn of(keys: &'a Keys, named: &[Identity], held: &'a [Session]) -> Records<'a> {
        Records {
            keys,
            identities: named.iter().filter(|row| !row.split).map(|row| row.id).collect(),
            sessions: held.iter().filter_map(|row| row.session_id.as_deref()).collect(),
        }
    }

    /// Those in some signals, in order.
    pub(super) fn in_signals(
        &self,
        connection: &mut StoreConnection<'_>,
        ids: &[i64],
    ) -> QueryResult<Vec<Value>> {
        let mut found = Vec::new();
        for some in ids.chunks(STEP) {
            for (_, kind, _, body) in erasures::bodies(connection, some)? {
                let Some(kind) = SignalKind::from_number(kind) else {
                    continue;
                };
                let request = signal::unpack(&body).and_then(|raw| signal::decode(kind, &raw));
                let request =
                    request.map_err(|error| StoreError::DeserializationError(error.into()))?;
                self.read(&request, &mut found);
            }
        }
        Ok(found)
    }

    /// Those in a request.
    fn read(&self, request: &Request, found: &mut Vec<Value>) {
        match request {
            Request::Logs(request) => {
                for of in &request.resource_logs {
                    for record in of.scope_logs.iter().flat_map(|scope| &scope.log_records) {
                        if self.is_theirs(of.resource.as_ref(), &record.attributes) {
                            found.push(json!({
                                "time_nanos": record.time_unix_nano,
                                "resource": described(of.resource.as_ref()),
                                "attributes": attributes(&record.attributes),
                                "body": record.body.as_ref().map(value),
                            }));
                        }
                    }
                }
            }
            Request::Metrics(request) => {
                for of in &request.resource_metrics {
                    for metric in of.scope_metrics.iter().flat_map(|scope| &scope.metrics) {
                        let Some(Data::Sum(sum)) = &metric.data else { continue };
                        for point in &sum.data_points {
                            if self.is_theirs(of.resource.as_ref(), &point.attributes) {
                                found.push(json!({
                                    "time_nanos": point.time_unix_nano,
                                    "metric": metric.name,
                                    "resource": described(of.resource.as_ref()),
                                    "attributes": attributes(&point.attributes),
                                    "value": number(point.value.as_ref()),
                                }));
                            }
                        }
                    }
                }
            }
            // Sessions are not looked for in traces, so none comes here.
            Request::Traces(_) => {}
        }
    }

    /// Whether a record is the person's: by what it declares, and where it declares no email,
    /// by its session.
    fn is_theirs(&self, resource: Option<&Resource>, record: &[KeyValue]) -> bool {
        let described = resource.map_or(&[][..], |resource| &resource.attributes);
        let known = Known::read(record);
        let said = resolve::said(IdentityOrder::default(), &Known::read(described), &known);
        let is = |kind: &str, value: &Option<String>| {
            let identity = self.keys.maybe_identity(kind, value.as_deref());
            identity.is_some_and(|identity| self.identities.contains(&identity))
        };
        if said.email.is_some() {
            return is(identity::EMAIL, &said.email) || is(identity::EMAIL, &said.second_email);
        }
        let of_session = text(known.session_id).is_some_and(|id| self.sessions.contains(&*id));
        of_session
            || is(identity::ACCOUNT, &said.account_uuid)
            || is(identity::INSTALL, &said.install_id)
    }
}

/// What a resource says.
fn described(resource: Option<&Resource>) -> Value {
    attributes(resource.map_or(&[][..], |resource| &resource.attributes))
}

/// Attributes as an object.
fn attributes(attributes: &[KeyValue]) -> Value {
    let pairs = attributes
        .iter()
        .map(|pair| (pair.key.clone(), pair.value.as_ref().map_or(Value::Null, value)));
    Value::Object(pairs.collect::<Map<String, Value>>())
}

/// A value.
fn value(any: &AnyValue) -> Value {
    match &any.value {
        Some(Any::StringValue(text)) => json!(text),
        Some(Any::BoolValue(yes)) => json!(yes),
        Some(Any::IntValue(number)) => json!(number),
        Some(Any::DoubleValue(number)) => json!(number),
        Some(Any::BytesValue(bytes)) => json!(String::from_utf8_lossy(bytes)),
        Some(Any::ArrayValue(array)) => array.values.iter().map(value).collect(),
        Some(Any::KvlistValue(list)) => attributes(&list.values),
        Some(Any::StringValueStrindex(_)) | None => Value::Null,
    }
}

/// The value of a point.
fn number(value: Option<&number_data_point::Value>) -> Value {
    match value {
        Some(number_data_point::Value::AsDouble(number)) => json!(number),
        Some(number_data_point::Value::AsInt(number)) => json!(number),
        None => Value::Null,
    }
}
