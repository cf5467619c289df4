//! Errors of the API, as problem+json (RFC 9457). The only file that knows their status codes.

use actix_web::http::StatusCode;
use actix_web::http::header::ALLOW;
use actix_web::{HttpResponse, ResponseError};
use daybook_jobs::teams::{WrongLine, first_of};
use serde_json::json;

use crate::ingest::patterns::PatternError;
use crate::settings::Refused;

/// Why the API did not answer what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    #[error("parameter `{parameter}`: expected {expected}, for example `{example}`")]
    Parameter { parameter: String, expected: String, example: String },
    #[error(
        "an API token is needed: make one with `daybook api-token create NAME` and send it as \
         `Authorization: Bearer dbk_api_...`, or sign in at /login"
    )]
    NoToken,
    #[error("the API token is not known or was revoked")]
    WrongToken,
    #[error(
        "this needs an API token of a wider scope (`--scope admin`), or an account of another \
         role; an admin gives it"
    )]
    Forbidden,
    #[error(
        "the request comes from a page of another site; use the pages of this server, or send \
         an API token of scope admin from a program"
    )]
    CrossSite,
    #[error("the form is of a page that was shown before you signed in; reload it")]
    StaleForm,
    #[error("there is nothing here; the paths are listed in the README")]
    NotFound,
    #[error("there is no {what} `{name}`; list them with GET {path}")]
    Unknown { what: &'static str, name: String, path: &'static str },
    #[error("this path answers {0} only")]
    Method(String),
    #[error("the body must be JSON; send `Content-Type: application/json`")]
    MediaType,
    #[error("the body is larger than {0} bytes")]
    TooLarge(usize),
    #[error("the body did not arrive within {0} s")]
    TooSlow(u64),
    #[error("the body is not what was expected: {0}")]
    Body(String),
    #[error("{0}")]
    Settings(#[from] Refused),
    #[error("nothing was changed. {}", first_of(.0))]
    Memberships(Vec<WrongLine>),
    #[error("{0}")]
    Pattern(#[from] PatternError),
    #[error(
        "the pattern matches ordinary text, which would be hidden everywhere: {}; make it more \
         specific, or send `confirm: true` to add it as it is",
        .0.join(", ")
    )]
    Ordinary(Vec<&'static str>),
    #[error("there is a pattern called `{0}` already; choose another name")]
    NameTaken(String),
    #[error("there is a connection called `{0}` already; choose another name")]
    ConnectionName(String),
    #[error("{0}")]
    Conflict(String),
    #[error("there are {0} patterns, the most there may be; delete one first")]
    TooManyPatterns(i64),
    #[error("too much is asked at once; try again in a second")]
    Busy,
    #[error("the database cannot be read just now; try again in a second")]
    Unavailable,
}

impl ApiError {
    /// A wrong parameter.
    pub fn parameter(
        parameter: impl Into<String>,
        expected: impl Into<String>,
        example: impl Into<String>,
    ) -> ApiError {
        ApiError::Parameter {
            parameter: parameter.into(),
            expected: expected.into(),
            example: example.into(),
        }
    }

    /// A short name for programs.
    fn title(&self) -> &'static str {
        match self {
            ApiError::Parameter { .. } => "wrong parameter",
            ApiError::NoToken => "no token",
            ApiError::WrongToken => "wrong token",
            ApiError::Forbidden => "forbidden",
            ApiError::CrossSite => "cross-site request",
            ApiError::StaleForm => "stale form",
            ApiError::NotFound | ApiError::Unknown { .. } => "not found",
            ApiError::Method(_) => "wrong method",
            ApiError::MediaType => "wrong media type",
            ApiError::TooLarge(_) => "body too large",
            ApiError::TooSlow(_) => "body too slow",
            ApiError::Body(_) => "wrong body",
            ApiError::Settings(_) => "wrong settings",
            ApiError::Memberships(_) => "wrong memberships",
            ApiError::Pattern(PatternError::BuiltIn(_)) | ApiError::NameTaken(_) => "name taken",
            ApiError::Pattern(_) => "wrong pattern",
            ApiError::Ordinary(_) => "matches ordinary text",
            ApiError::ConnectionName(_) => "name taken",
            ApiError::Conflict(_) => "conflict",
            ApiError::TooManyPatterns(_) => "too many patterns",
            ApiError::Busy => "busy",
            ApiError::Unavailable => "unavailable",
        }
    }

    /// What programs may want to read beside the sentence.
    fn fields(&self) -> Option<serde_json::Value> {
        match self {
            ApiError::Parameter { parameter, expected, example } => {
                Some(json!({"parameter": parameter, "expected": expected, "example": example}))
            }
            ApiError::Memberships(wrong) => {
                let line = |it: &WrongLine| {
                    let WrongLine { number, column, cause, cure } = it;
                    json!({"line": number, "column": column, "cause": cause, "cure": cure})
                };
                Some(json!({"errors": wrong.iter().map(line).collect::<Vec<_>>()}))
            }
            ApiError::Ordinary(ordinary) => Some(json!({"ordinary": ordinary})),
            _ => None,
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        match self {
            ApiError::Pattern(PatternError::BuiltIn(_))
            | ApiError::NameTaken(_)
            | ApiError::Ordinary(_)
            | ApiError::ConnectionName(_)
            | ApiError::Conflict(_)
            | ApiError::TooManyPatterns(_) => StatusCode::CONFLICT,
            ApiError::Parameter { .. }
            | ApiError::Body(_)
            | ApiError::Settings(_)
            | ApiError::Memberships(_)
            | ApiError::Pattern(_) => StatusCode::BAD_REQUEST,
            ApiError::NoToken | ApiError::WrongToken => StatusCode::UNAUTHORIZED,
            ApiError::Forbidden | ApiError::CrossSite | ApiError::StaleForm => {
                StatusCode::FORBIDDEN
            }
            ApiError::NotFound | ApiError::Unknown { .. } => StatusCode::NOT_FOUND,
            ApiError::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            ApiError::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ApiError::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            ApiError::TooSlow(_) => StatusCode::REQUEST_TIMEOUT,
            ApiError::Busy | ApiError::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        let mut problem = json!({
            "type": "about:blank",
            "title": self.title(),
            "status": status.as_u16(),
            "detail": self.to_string(),
        });
        if let (Some(more), Some(fields)) = (self.fields(), problem.as_object_mut()) {
            fields.extend(more.as_object().cloned().unwrap_or_default());
        }
        let mut answer = HttpResponse::build(status);
        if let ApiError::Method(allowed) = self {
            answer.insert_header((ALLOW, allowed.as_str()));
        }
        if matches!(self, ApiError::NoToken | ApiError::WrongToken) {
            answer.insert_header(("WWW-Authenticate", "Bearer"));
        }
        if matches!(self, ApiError::Busy | ApiError::Unavailable) {
            answer.insert_header(("Retry-After", "1"));
        }
        answer.content_type("application/problem+json").body(problem.to_string())
    }
}

impl From<daybook_schema::StoreError> for ApiError {
    fn from(error: daybook_schema::StoreError) -> ApiError {
        tracing::error!(%error, "a query failed");
        ApiError::Unavailable
    }
}

impl From<actix_web::error::BlockingError> for ApiError {
    fn from(_: actix_web::error::BlockingError) -> ApiError {
        ApiError::Unavailable
    }
}
