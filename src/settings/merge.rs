//! Puts the variables into a `settings.json` that somebody has already: everything else in it
//! stays as it is, byte for byte. What is broken is refused; it is never guessed at.

use daybook_schema::agents::claude_code::variable;

use super::{Refused, Variable, json};

mod entries;

use entries::{Entries, parse};

/// Most bytes of a file that is merged into: far above any there is.
pub const MAX_BYTES: usize = 48 << 10;

/// A merged file.
#[derive(Clone, Debug)]
pub struct Merged {
    pub text: String,
    pub changes: Vec<Change>,
    /// What in the file works against the variables.
    pub warnings: Vec<String>,
}

/// What became of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub name: &'static str,
    pub what: What,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Added,
    /// It was set to something else; what, unless that may be a secret.
    Replaced(Option<String>),
    Unchanged,
}

impl What {
    /// In words.
    pub fn said(&self) -> String {
        match self {
            What::Added => "added".to_owned(),
            What::Replaced(None) => "replaced".to_owned(),
            What::Replaced(Some(before)) => format!("replaced; it was {before}"),
            What::Unchanged => "unchanged".to_owned(),
        }
    }
}

/// Merges variables into the text of a file; an empty one is a file that is not there yet.
pub fn merge(text: &str, variables: &[Variable]) -> Result<Merged, Refused> {
    if text.len() > MAX_BYTES {
        let cause = format!("it is larger than {MAX_BYTES} bytes");
        return Err(Refused::new("settings.json", cause, "paste the file alone"));
    }
    let mut warnings = Vec::new();
    let text = without_mark(text, &mut warnings).replace("\r\n", "\n");
    if text.trim().is_empty() {
        let added = |it: &Variable| Change { name: it.name, what: What::Added };
        let changes = variables.iter().map(added).collect();
        return Ok(Merged { text: json::settings(variables), changes, warnings });
    }
    let mut file = parse(&text, "settings.json")?;
    let indentation = indentation(&text);
    let old = file.get("env").map(|raw| parse(raw, "env")).transpose()?;
    let mut env = old.unwrap_or_default();
    let changes = variables.iter().map(|it| set(&mut env, it)).collect();
    warn_of(&file, &env, variables, &mut warnings);
    file.set("env", env.written(&indentation, 2));
    let text = format!("{}\n", file.written(&indentation, 1));
    Ok(Merged { text, changes, warnings })
}

/// The text without the mark some editors begin a file with.
fn without_mark<'a>(text: &'a str, warnings: &mut Vec<String>) -> &'a str {
    let Some(rest) = text.strip_prefix('\u{feff}') else {
        return text;
    };
    warnings.push(
        "The file began with a byte order mark, which not every program takes: it is left off."
            .to_owned(),
    );
    rest
}

/// Sets a variable.
fn set(env: &mut Entries, variable: &Variable) -> Change {
    let new = json::string(&variable.value);
    let before = env.get(variable.name).map(str::to_owned);
    let is_same = before.as_ref().is_some_and(|before| is_text(before, &variable.value));
    let what = match before {
        _ if is_same => What::Unchanged,
        None => What::Added,
        // Whatever stood there was a secret of somebody's.
        Some(_) if variable.name == variable::HEADERS => What::Replaced(None),
        Some(before) => What::Replaced(Some(before)),
    };
    if what != What::Unchanged {
        env.set(variable.name, new);
    }
    Change { name: variable.name, what }
}

/// Whether some JSON is this text.
fn is_text(raw: &str, text: &str) -> bool {
    serde_json::from_str::<String>(raw).is_ok_and(|it| it == text)
}

/// Says what works against the variables.
fn warn_of(file: &Entries, env: &Entries, variables: &[Variable], warnings: &mut Vec<String>) {
    let is_ours = |name: &str| variables.iter().any(|it| it.name == name);
    for name in variable::OUTRANKING {
        if env.get(name).is_some() && !is_ours(name) {
            warnings.push(format!(
                "{name} is set in the file and outranks what is set for all signals: delete it, \
                 unless that signal is meant to go elsewhere."
            ));
        }
    }
    if file.get("otelHeadersHelper").is_some() {
        warnings.push(
            "otelHeadersHelper is set in the file: its headers are sent too, and may replace the \
             token. Delete it unless it is Daybook's."
                .to_owned(),
        );
    }
    for (name, raw) in env.iter().filter(|(_, raw)| !raw.starts_with('"')) {
        warnings.push(format!("{name} is {raw} in the file: Claude Code takes texts alone."));
    }
}

/// What the file's first key is indented by; two spaces where it says nothing.
fn indentation(text: &str) -> String {
    let inside = text.trim_start().strip_prefix('{').unwrap_or_default();
    let before_key = inside.split('"').next().unwrap_or_default();
    match before_key.rsplit_once('\n') {
        Some((_, spaces)) if !spaces.is_empty() => spaces.to_owned(),
        _ => "  ".to_owned(),
    }
}
