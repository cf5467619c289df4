//! Puts pseudonyms in a request where it names erased people.

use std::collections::BTreeSet;

use daybook_schema::agents::claude_code::{PERSONAL, attribute, is_needed};
use daybook_schema::users::identity;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::resource::v1::Resource;

use super::Pseudonym;
use crate::attributes::{Known, hash_of_pair, hash_of_value};
use crate::keys::Keys;
use crate::resolve::{self, Declared, IdentityOrder, names_erased};
use crate::signal::Request;

/// What became of a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Hidden {
    /// It names nobody who was erased.
    Nothing,
    /// It has pseudonyms now; the emails that stood there.
    Replaced(Vec<String>),
    /// It named somebody, and is of a kind that is not counted: let go of it whole.
    Drop,
}

/// Puts pseudonyms in the place of whatever names one of the `erased`, or holds one of `texts`
/// (emails in small letters). Doing it again changes nothing.
pub fn hide(
    keys: &Keys,
    order: IdentityOrder,
    erased: &BTreeSet<i64>,
    texts: &[String],
    request: &mut Request,
) -> Hidden {
    let mut hiding = Hiding { keys, order, erased, emails: BTreeSet::new(), changed: false };
    hiding.people(request);
    let found: Vec<String> = hiding.emails.iter().cloned().collect();
    let all: Vec<&str> = texts.iter().chain(&found).map(String::as_str).collect();
    if !all.is_empty() {
        parts(request, &mut |part| hiding.holding(part, &all));
    }
    match (hiding.changed, request) {
        (false, _) => Hidden::Nothing,
        (true, Request::Traces(_)) => Hidden::Drop,
        (true, _) => Hidden::Replaced(found),
    }
}

/// A part of a request that can hold text.
enum Part<'a> {
    Attributes(&'a mut Vec<KeyValue>),
    Body(&'a mut AnyValue),
}

/// Hiding in progress.
struct Hiding<'a> {
    keys: &'a Keys,
    order: IdentityOrder,
    erased: &'a BTreeSet<i64>,
    /// Emails that stood where pseudonyms stand now.
    emails: BTreeSet<String>,
    changed: bool,
}

impl Hiding<'_> {
    /// Everything that a record says of an erased person.
    fn people(&mut self, request: &mut Request) {
        match request {
            Request::Metrics(request) => {
                for of in &mut request.resource_metrics {
                    let metrics = of.scope_metrics.iter_mut().flat_map(|scope| &mut scope.metrics);
                    self.resource(of.resource.as_mut(), metrics.flat_map(points).collect());
                }
            }
            Request::Logs(request) => {
                for of in &mut request.resource_logs {
                    let records = of.scope_logs.iter_mut().flat_map(|scope| &mut scope.log_records);
                    let records = records.map(|record| &mut record.attributes).collect();
                    self.resource(of.resource.as_mut(), records);
                }
            }
            Request::Traces(request) => {
                for of in &mut request.resource_spans {
                    let spans = of.scope_spans.iter_mut().flat_map(|scope| &mut scope.spans);
                    let spans = spans.map(|span| &mut span.attributes).collect();
                    self.resource(of.resource.as_mut(), spans);
                }
            }
        }
    }

    /// A resource and what is under it. What the resource says counts for each record, so that is
    /// looked at before it is replaced.
    fn resource(&mut self, resource: Option<&mut Resource>, records: Vec<&mut Vec<KeyValue>>) {
        let mut none = Vec::new();
        let described = resource.map_or(&mut none, |resource| &mut resource.attributes);
        let own = self.declared(described, &[]);
        for record in records {
            let said = self.declared(described, record);
            self.replace(record, &said);
        }
        self.replace(described, &own);
    }

    /// Whom attributes declare.
    fn declared(&self, resource: &[KeyValue], record: &[KeyValue]) -> Declared {
        resolve::said(self.order, &Known::read(resource), &Known::read(record))
    }

    /// Replaces what names an erased person: all of it where the person is erased, else what
    /// belongs to somebody who is.
    fn replace(&mut self, attributes: &mut [KeyValue], said: &Declared) {
        let is_person = names_erased(self.keys, self.erased, said);
        for pair in attributes.iter_mut().filter(|pair| PERSONAL.contains(&pair.key.as_str())) {
            let identity = self.identity(pair);
            if !is_person && !identity.as_ref().is_some_and(|(id, _)| self.erased.contains(id)) {
                continue;
            }
            let id = identity.as_ref().map_or(0, |(id, _)| *id);
            if let Some((_, Some(email))) = identity {
                self.emails.insert(email);
            }
            self.put(pair, id);
        }
    }

    /// The identity that an attribute names, and the email if it is one.
    fn identity(&self, pair: &KeyValue) -> Option<(i64, Option<String>)> {
        let kind = match pair.key.as_str() {
            attribute::USER_EMAIL => identity::EMAIL,
            attribute::ACCOUNT_UUID => identity::ACCOUNT,
            attribute::USER_ID => identity::INSTALL,
            _ => return None,
        };
        let text = crate::attributes::text(pair.value.as_ref())?;
        if kind == identity::EMAIL {
            let email = resolve::email(text)?;
            let is_text = Pseudonym::parse(&email).is_none();
            return Some((self.keys.identity(kind, &email), is_text.then_some(email)));
        }
        Some((self.keys.identity(kind, &text), None))
    }

    /// Puts a pseudonym in the place of an attribute's value.
    fn put(&mut self, pair: &mut KeyValue, identity: i64) {
        if is_pseudonym(pair.value.as_ref()) {
            return;
        }
        let content = Some(hash_of_pair(self.keys, pair));
        pair.value = Some(text_value(Pseudonym { identity, content }));
        self.changed = true;
    }

    /// Replaces the values of a part that hold one of some texts.
    fn holding(&mut self, part: Part<'_>, texts: &[&str]) {
        match part {
            Part::Attributes(attributes) => {
                // What is counted by stays: without a session or a model, figures would be others.
                for pair in attributes.iter_mut().filter(|pair| is_free(&pair.key)) {
                    if holds(pair.value.as_ref(), texts) {
                        self.put(pair, 0);
                    }
                }
            }
            Part::Body(value) if holds(Some(value), texts) => {
                let content = Some(hash_of_value(self.keys, Some(value)));
                *value = text_value(Pseudonym { identity: 0, content });
                self.changed = true;
            }
            Part::Body(_) => {}
        }
    }
}

/// Whether nothing is counted by an attribute's text.
fn is_free(key: &str) -> bool {
    PERSONAL.contains(&key) || !is_needed(key)
}

/// A pseudonym as a value.
fn text_value(pseudonym: Pseudonym) -> AnyValue {
    AnyValue { value: Some(Value::StringValue(pseudonym.text())) }
}

/// Whether a value is a pseudonym already.
fn is_pseudonym(value: Option<&AnyValue>) -> bool {
    match value.and_then(|value| value.value.as_ref()) {
        Some(Value::StringValue(text)) => Pseudonym::parse(text).is_some(),
        _ => false,
    }
}

/// The attributes of each point of a metric.
fn points(metric: &mut Metric) -> Vec<&mut Vec<KeyValue>> {
    match &mut metric.data {
        Some(Data::Sum(data)) => data.data_points.iter_mut().map(|it| &mut it.attributes).collect(),
        Some(Data::Gauge(data)) => {
            data.data_points.iter_mut().map(|it| &mut it.attributes).collect()
        }
        Some(Data::Histogram(data)) => {
            data.data_points.iter_mut().map(|it| &mut it.attributes).collect()
        }
        Some(Data::ExponentialHistogram(data)) => {
            data.data_points.iter_mut().map(|it| &mut it.attributes).collect()
        }
        Some(Data::Summary(data)) => {
            data.data_points.iter_mut().map(|it| &mut it.attributes).collect()
        }
        None => Vec::new(),
    }
}

/// Visits every part of a request that can hold text, names of its own aside.
fn parts(request: &mut Request, visit: &mut dyn FnMut(Part<'_>)) {
    let resource = |resource: Option<&mut Resource>, visit: &mut dyn FnMut(Part<'_>)| {
        if let Some(resource) = resource {
            visit(Part::Attributes(&mut resource.attributes));
        }
    };
    match request {
        Request::Metrics(request) => {
            for of in &mut request.resource_metrics {
                resource(of.resource.as_mut(), visit);
                let metrics = of.scope_metrics.iter_mut().flat_map(|scope| &mut scope.metrics);
                metrics.flat_map(points).for_each(|it| visit(Part::Attributes(it)));
            }
        }
        Request::Logs(request) => {
            for of in &mut request.resource_logs {
                resource(of.resource.as_mut(), visit);
                for record in of.scope_logs.iter_mut().flat_map(|scope| &mut scope.log_records) {
                    visit(Part::Attributes(&mut record.attributes));
                    if let Some(body) = &mut record.body {
                        visit(Part::Body(body));
                    }
                }
            }
        }
        Request::Traces(request) => {
            for of in &mut request.resource_spans {
                resource(of.resource.as_mut(), visit);
                for span in of.scope_spans.iter_mut().flat_map(|scope| &mut scope.spans) {
                    visit(Part::Attributes(&mut span.attributes));
                    for event in &mut span.events {
                        visit(Part::Attributes(&mut event.attributes));
                    }
                }
            }
        }
    }
}

/// Whether a value holds one of some texts, in whatever case, at any depth.
fn holds(value: Option<&AnyValue>, texts: &[&str]) -> bool {
    match value.and_then(|value| value.value.as_ref()) {
        Some(Value::StringValue(text)) => {
            let text = text.to_lowercase();
            texts.iter().any(|wanted| text.contains(wanted))
        }
        Some(Value::BytesValue(bytes)) => {
            let text = String::from_utf8_lossy(bytes).to_lowercase();
            texts.iter().any(|wanted| text.contains(wanted))
        }
        Some(Value::ArrayValue(array)) => {
            array.values.iter().any(|value| holds(Some(value), texts))
        }
        Some(Value::KvlistValue(list)) => list.values.iter().any(|pair| {
            let key = pair.key.to_lowercase();
            texts.iter().any(|wanted| key.contains(wanted)) || holds(pair.value.as_ref(), texts)
        }),
        _ => false,
    }
}
