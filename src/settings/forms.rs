//! The table of forms: every way in which settings reach a machine, where each goes, what to
//! do after, and what bites.

mod managed;
mod own;
mod relayed;

use super::{Options, Refused, Way, json, variables};

/// Every form, in the order in which they are offered.
pub const FORMS: &[Form] = &[
    managed::CLAUDE_AI,
    managed::FILE,
    managed::DROP_IN,
    managed::PROFILE,
    managed::REGISTRY,
    own::SETTINGS,
    own::SHELL,
    own::FISH,
    own::POWERSHELL,
    relayed::COLLECTOR,
    relayed::HEADERS_HELPER,
];

/// What every form ends with.
const RESTART: &str = "Quit Claude Code everywhere, in editors too, and start it again: it reads \
                       settings when it starts.";

/// What a file with a token in it is.
const TOKEN_READABLE: &str = "Who can read the file can send telemetry with its token, and \
                              nothing else.";

/// Types of files.
const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";

/// A way of delivery.
pub struct Form {
    pub id: &'static str,
    pub title: &'static str,
    /// Whom it is for.
    pub purpose: &'static str,
    /// What to do with the files, in order.
    pub steps: &'static [&'static str],
    pub warnings: &'static [&'static str],
    /// Whether a file that is there already can be pasted in.
    pub merges: bool,
    /// How its telemetry comes here.
    pub way: Way,
    files: fn(&Options) -> Result<Vec<File>, Refused>,
}

/// A file of a form.
#[derive(Clone, Debug)]
pub struct File {
    pub name: &'static str,
    pub media_type: &'static str,
    pub places: &'static [Place],
    pub text: String,
}

/// Where a file goes.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub system: &'static str,
    pub path: &'static str,
}

impl Form {
    /// The files, with the token in them.
    pub fn files(&self, options: &Options) -> Result<Vec<File>, Refused> {
        (self.files)(options)
    }
}

/// The form of an id.
pub fn form(id: &str) -> Result<&'static Form, Refused> {
    FORMS.iter().find(|form| form.id == id).ok_or_else(|| {
        let ids: Vec<&str> = FORMS.iter().map(|form| form.id).collect();
        Refused::new("form", "there is no such form", format!("choose of {}", ids.join(", ")))
    })
}

/// The settings of one JSON file.
fn settings_file(
    options: &Options,
    name: &'static str,
    places: &'static [Place],
) -> Result<Vec<File>, Refused> {
    let text = json::settings(&variables(options, Way::Direct));
    Ok(vec![File { name, media_type: JSON, places, text }])
}
