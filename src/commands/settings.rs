//! `daybook settings`: prints the settings of a form, or writes its files. The settings go to
//! standard output, everything said about them to standard error.

use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

use anyhow::Context;
use serde_json::{Value, json};

use super::account::ACTOR;
use super::create::ready;
use super::{connection, open};
use crate::config::SettingsArgs;
use crate::connections;
use crate::settings::forms::{self, FORMS, File, Form};
use crate::settings::merge;
use crate::settings::{Options, Way, published, variables};

/// Runs `daybook settings`.
pub fn run(asked: &SettingsArgs) -> anyhow::Result<()> {
    if asked.list {
        return list(asked.json);
    }
    let form = forms::form(&asked.form)?;
    let options = options(asked)?;
    if let Some(path) = &asked.merge {
        return merge_into(form, path, &options, asked.json);
    }
    let files = form.files(&options)?;
    if asked.json {
        println!("{:#}", published::form_with_files(form, &options, &files));
        return Ok(());
    }
    if let Some(folder) = &asked.out {
        write_all(folder, &files)?;
    } else {
        print_all(&files);
    }
    explain(form, &options, &files);
    Ok(())
}

/// What was chosen.
fn options(asked: &SettingsArgs) -> anyhow::Result<Options> {
    let (token, connection) = match &asked.token {
        Some(token) => (token.clone(), asked.connection.clone()),
        None => {
            let store = ready(&asked.data)?;
            let row = connection::find(&store, &asked.connection)?;
            let seal = open::seal(&asked.data)?;
            (connections::latest_token_text(&store, &seal, row.id, ACTOR)?, row.name)
        }
    };
    let mut options = Options::new(&asked.endpoint, &token, &connection)?;
    for (name, value) in asked.choices.given() {
        options.choose(name, value)?;
    }
    Ok(options)
}

/// Says which forms there are.
fn list(json: bool) -> anyhow::Result<()> {
    if json {
        let all: Vec<Value> = FORMS.iter().map(published::form).collect();
        println!("{:#}", json!({ "data": all }));
        return Ok(());
    }
    let width = FORMS.iter().map(|form| form.id.len()).max().unwrap_or_default();
    for form in FORMS {
        println!("{:width$}  {}: {}", form.id, form.title, form.purpose);
    }
    Ok(())
}

/// Prints the files; a heading stands over each where there are several.
fn print_all(files: &[File]) {
    for (place, file) in files.iter().enumerate() {
        if files.len() > 1 {
            println!("{}==> {} <==", if place > 0 { "\n" } else { "" }, file.name);
        }
        print!("{}", file.text);
    }
}

/// Writes the files, each only where none is; they may hold a token, so nobody else reads them.
fn write_all(folder: &Path, files: &[File]) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
    for file in files {
        let path = folder.join(file.name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut opened =
            options.open(&path).with_context(|| format!("make the file {}", path.display()))?;
        opened
            .write_all(file.text.as_bytes())
            .with_context(|| format!("write {}", path.display()))?;
        eprintln!("wrote {}", path.display());
    }
    Ok(())
}

/// Says where the files go, what to do, and what bites.
fn explain(form: &Form, options: &Options, files: &[File]) {
    eprintln!("\n{}. {}", form.title, form.purpose);
    for file in files {
        eprintln!("\n{} goes to:", file.name);
        for place in file.places {
            eprintln!("  {}: {}", place.system, place.path);
        }
    }
    eprintln!();
    for (number, step) in (1..).zip(form.steps) {
        eprintln!("{number}. {step}");
    }
    eprintln!();
    for warning in form.warnings.iter().copied().chain(options.warnings()) {
        eprintln!("note: {warning}");
    }
}

/// Merges into a file, and prints what comes out.
fn merge_into(form: &Form, path: &Path, options: &Options, json: bool) -> anyhow::Result<()> {
    anyhow::ensure!(form.merges, "the form `{}` is no file to merge into", form.id);
    let limit = u64::try_from(merge::MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let mut text = String::new();
    let opened = fs::File::open(path).with_context(|| format!("open {}", path.display()))?;
    opened
        .take(limit)
        .read_to_string(&mut text)
        .with_context(|| format!("read {}", path.display()))?;
    let merged = merge::merge(&text, &variables(options, Way::Direct))?;
    if json {
        println!("{:#}", published::merged(&merged));
        return Ok(());
    }
    print!("{}", merged.text);
    for change in &merged.changes {
        eprintln!("{}: {}", change.name, change.what.said());
    }
    for warning in &merged.warnings {
        eprintln!("note: {warning}");
    }
    Ok(())
}
