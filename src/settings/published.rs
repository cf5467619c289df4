//! Forms as JSON, for API and command alike.

use serde_json::{Value, json};

use super::forms::{File, Form};
use super::merge::{Change, Merged};
use super::{Options, Variable, variables};

/// A form without its files.
pub fn form(form: &Form) -> Value {
    json!({
        "id": form.id,
        "title": form.title,
        "purpose": form.purpose,
        "steps": form.steps,
        "warnings": form.warnings,
        "merges": form.merges,
    })
}

/// A form with its files, and the variables in them.
pub fn form_with_files(form: &Form, options: &Options, files: &[File]) -> Value {
    let warnings = form.warnings.iter().copied().chain(options.warnings());
    json!({
        "id": form.id,
        "title": form.title,
        "purpose": form.purpose,
        "steps": form.steps,
        "warnings": warnings.collect::<Vec<&str>>(),
        "merges": form.merges,
        "variables": variables(options, form.way).iter().map(variable).collect::<Vec<Value>>(),
        "files": files.iter().map(file).collect::<Vec<Value>>(),
    })
}

/// A merge.
pub fn merged(merged: &Merged) -> Value {
    let change = |it: &Change| json!({"name": it.name, "change": it.what.said()});
    json!({
        "text": merged.text,
        "changes": merged.changes.iter().map(change).collect::<Vec<Value>>(),
        "warnings": merged.warnings,
    })
}

/// A variable.
fn variable(variable: &Variable) -> Value {
    json!({"name": variable.name, "value": variable.value, "explanation": variable.explains})
}

/// A file.
fn file(file: &File) -> Value {
    let places: Vec<Value> =
        file.places.iter().map(|it| json!({"system": it.system, "path": it.path})).collect();
    json!({"name": file.name, "media_type": file.media_type, "places": places, "text": file.text})
}
