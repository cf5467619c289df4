//! What is asked of the page, and what it shows.

use actix_web::http::StatusCode;

use crate::access::Caller;
use crate::error::ApiError;
use crate::settings::forms::{FORMS, Form, form};
use crate::settings::merge::Merged;
use crate::settings::options::CHOICES;
use crate::settings::{Options, Refused};

/// What is asked, by link or form.
#[derive(Clone)]
pub(super) struct Asked {
    pub form: &'static Form,
    /// Names and values of choices, those that were made.
    pub choices: Vec<(String, String)>,
    /// The file that is wanted.
    pub file: String,
    /// The file to merge into.
    pub pasted: String,
}

impl Asked {
    /// Reads names and values; of a name that stands twice, the last counts.
    pub(super) fn parse(
        given: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Asked, ApiError> {
        let first = FORMS.first().ok_or(ApiError::NotFound)?;
        let mut asked =
            Asked { form: first, choices: Vec::new(), file: String::new(), pasted: String::new() };
        for (name, value) in given {
            match name.as_str() {
                "form" => asked.form = form(&value)?,
                "file" => asked.file = value,
                // Browsers send every line break as two characters.
                "pasted" => asked.pasted = value.replace("\r\n", "\n"),
                "endpoint" => asked.choose(name, value),
                name if CHOICES.iter().any(|choice| choice.name == name) => {
                    asked.choose(name.to_owned(), value);
                }
                unknown => {
                    let shown: String = unknown.chars().take(40).collect();
                    return Err(ApiError::Body(format!("nobody knows the field `{shown}`")));
                }
            }
        }
        Ok(asked)
    }

    /// Makes a choice.
    fn choose(&mut self, name: String, value: String) {
        self.choices.retain(|(of, _)| *of != name);
        if !value.trim().is_empty() {
            self.choices.push((name, value));
        }
    }

    /// The choice of a name, as it was typed.
    pub(super) fn chosen(&self, name: &str) -> Option<&str> {
        self.choices.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str())
    }
}

/// What the page shows.
pub(super) struct Shown {
    pub asked: Asked,
    pub options: Options,
    /// The first choice that could not be made.
    pub refused: Option<Refused>,
    pub has_token: bool,
    /// Who looks at it.
    pub caller: Caller,
    /// What came of a merge.
    pub merged: Option<Result<Merged, Refused>>,
}

impl Shown {
    /// Makes the choices; what cannot be made is said, and the others hold.
    pub(super) fn new(asked: Asked, mut options: Options, caller: Caller) -> Shown {
        let mut refused = None;
        for (name, value) in &asked.choices {
            if let Err(reason) = options.choose(name, value) {
                refused.get_or_insert(reason);
            }
        }
        Shown { asked, options, refused, has_token: false, caller, merged: None }
    }

    /// The status of the answer.
    pub(super) fn status(&self) -> StatusCode {
        let is_refused = self.refused.is_some() || matches!(self.merged, Some(Err(_)));
        if is_refused { StatusCode::BAD_REQUEST } else { StatusCode::OK }
    }
}
