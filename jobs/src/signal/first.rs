//! What the first point, record or span of a request says of where it comes from. A client sends
//! one session at a time; for what several sessions share, the fold reads every record.

use std::borrow::Cow;

use daybook_schema::agents::claude_code::attribute;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::resource::v1::Resource;

use super::Request;
use crate::attributes::text;
use crate::resolve;

impl Request {
    /// The session id.
    pub fn first_session(&self) -> Option<Cow<'_, str>> {
        let attributes = self.first_attributes()?;
        let session = attributes.iter().find(|pair| pair.key == attribute::SESSION_ID)?;
        text(session.value.as_ref())
    }

    /// The email that is declared: the resource's, else the record's.
    pub fn first_email(&self) -> Option<String> {
        let declared = self.first_resource().and_then(|resource| email(&resource.attributes));
        declared.or_else(|| email(self.first_attributes()?))
    }

    /// The attributes of the first point, record or span.
    fn first_attributes(&self) -> Option<&[KeyValue]> {
        match self {
            Request::Metrics(request) => {
                let scope = request.resource_metrics.first()?.scope_metrics.first()?;
                match scope.metrics.first()?.data.as_ref()? {
                    Data::Sum(sum) => Some(&sum.data_points.first()?.attributes),
                    Data::Gauge(gauge) => Some(&gauge.data_points.first()?.attributes),
                    _ => None,
                }
            }
            Request::Logs(request) => {
                let scope = request.resource_logs.first()?.scope_logs.first()?;
                Some(&scope.log_records.first()?.attributes)
            }
            Request::Traces(request) => {
                let scope = request.resource_spans.first()?.scope_spans.first()?;
                Some(&scope.spans.first()?.attributes)
            }
        }
    }

    /// The first resource.
    fn first_resource(&self) -> Option<&Resource> {
        match self {
            Request::Metrics(request) => request.resource_metrics.first()?.resource.as_ref(),
            Request::Logs(request) => request.resource_logs.first()?.resource.as_ref(),
            Request::Traces(request) => request.resource_spans.first()?.resource.as_ref(),
        }
    }
}

/// The email among some attributes, as it names a user.
fn email(attributes: &[KeyValue]) -> Option<String> {
    let email = attributes.iter().find(|pair| pair.key == attribute::USER_EMAIL)?;
    resolve::email(text(email.value.as_ref())?)
}
