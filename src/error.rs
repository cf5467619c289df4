//! Errors of the API, as problem+json (RFC 9457). The only file that knows their status codes.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde_json::json;

/// Why the API did not answer what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    #[error("parameter `{parameter}`: expected {expected}, for example `{example}`")]
    Parameter { parameter: String, expected: String, example: String },
    #[error(
        "an API token is needed: make one with `daybook api-token create NAME` and send it as \
         `Authorization: Bearer dbk_api_...`"
    )]
    NoToken,
    #[error("the API token is not known or was revoked")]
    WrongToken,
    #[error("this needs a token of scope admin")]
    Forbidden,
    #[error("there is nothing here; the paths are listed in the README")]
    NotFound,
    #[error("this path is read with GET")]
    Method,
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
            ApiError::NotFound => "not found",
            ApiError::Method => "wrong method",
            ApiError::Unavailable => "unavailable",
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        match self {
            ApiError::Parameter { .. } => StatusCode::BAD_REQUEST,
            ApiError::NoToken | ApiError::WrongToken => StatusCode::UNAUTHORIZED,
            ApiError::Forbidden => StatusCode::FORBIDDEN,
            ApiError::NotFound => StatusCode::NOT_FOUND,
            ApiError::Method => StatusCode::METHOD_NOT_ALLOWED,
            ApiError::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
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
        if let (ApiError::Parameter { parameter, expected, example }, Some(fields)) =
            (self, problem.as_object_mut())
        {
            fields.insert("parameter".to_owned(), json!(parameter));
            fields.insert("expected".to_owned(), json!(expected));
            fields.insert("example".to_owned(), json!(example));
        }
        let mut answer = HttpResponse::build(status);
        if matches!(self, ApiError::NoToken | ApiError::WrongToken) {
            answer.insert_header(("WWW-Authenticate", "Bearer"));
        }
        if matches!(self, ApiError::Unavailable) {
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
