//! The rules over the tree: who may name what, and what no file may hold.

use std::fs;
use std::path::{Path, PathBuf};

/// A file of the tree, by its path from the top.
struct Source {
    path: String,
    text: String,
}

/// The top of the tree.
fn top() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder with an ending; build output and hidden folders aside.
fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() && !name.starts_with('.') && !["target", "node_modules"].contains(&name) {
            files(&path, ending, found);
        } else if name.ends_with(ending) {
            found.push(path);
        }
    }
}

/// Every Rust file, this one aside: it names what it forbids.
fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    files(&top(), ".rs", &mut found);
    assert!(found.len() > 100, "the tree is whole: {}", found.len());
    let sources = found.into_iter().map(|path| Source {
        text: fs::read_to_string(&path).expect("text"),
        path: path.strip_prefix(top()).expect("below the top").display().to_string(),
    });
    sources.filter(|source| source.path != "tests/it/tidy.rs").collect()
}

impl Source {
    /// Whether all of it is a test, a benchmark or an example.
    fn is_test(&self) -> bool {
        let folders = ["tests/", "benches/", "examples/", "fuzz/"];
        let names = ["/tests.rs", "_tests.rs", "ingest/corpus.rs"];
        folders.iter().any(|folder| {
            self.path.starts_with(folder) || self.path.contains(&format!("/{folder}"))
        }) || names.iter().any(|name| self.path.ends_with(name))
            || self.path.ends_with("redact/populated.rs")
            || self.path.contains("redact/populated/")
    }

    /// Lines that are neither comments nor in the tests at the end, with their numbers.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = self.text.find("#[cfg(test)]\nmod tests {").unwrap_or(self.text.len());
        let lines = self.text[..end].lines().enumerate();
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// Whether it stands in one of some places: folders end with `/`.
    fn is_in(&self, places: &[&str]) -> bool {
        places.iter().any(|place| {
            if place.ends_with('/') { self.path.starts_with(place) } else { self.path == *place }
        })
    }
}

/// Whether a line names something as a word of its own.
fn names(line: &str, word: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    line.match_indices(word).any(|(place, _)| {
        let before = line[..place].chars().next_back();
        let after = line[place + word.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// Fails where code outside of tests and some places names something.
fn assert_only_in(places: &[&str], what: &str, is_named: impl Fn(&str) -> bool) {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| !source.is_test() && !source.is_in(places)) {
        for (number, line) in source.code().filter(|(_, line)| is_named(line)) {
            found.push(format!("{}:{}: {}", source.path, number + 1, line.trim()));
        }
    }
    assert!(found.is_empty(), "{what} only in {places:?}, but:\n{}", found.join("\n"));
}

#[test]
fn diesel_is_named_in_schema_only() {
    assert_only_in(&["schema/"], "`diesel`", |line| {
        names(line, "diesel") || names(line, "diesel_migrations")
    });
}

#[test]
fn actix_web_is_named_in_src_only() {
    assert_only_in(&["src/"], "`actix_web`", |line| names(line, "actix_web"));
}

#[test]
fn tonic_is_named_in_src_only() {
    assert_only_in(&["src/"], "`tonic`", |line| {
        line.contains("tonic::") && !line.contains("::tonic::")
    });
}

#[test]
fn apalis_is_named_where_the_queue_is_only() {
    let places = ["jobs/src/queue.rs", "jobs/src/fold_signals.rs"];
    assert_only_in(&places, "`apalis`", |line| names(line, "apalis_core") || names(line, "apalis"));
}

#[test]
fn names_of_the_wire_are_spelled_in_agents_only() {
    // The published schema tells people which metric a column is from.
    let places = ["schema/src/agents/", "schema/src/published/"];
    assert_only_in(&places, "`claude_code.` texts", |line| line.contains("\"claude_code."));
}

#[test]
fn the_environment_is_read_in_config_only() {
    assert_only_in(&["src/config.rs"], "`std::env`", |line| {
        line.contains("std::env") || line.contains("env::var") || line.contains("env::args")
    });
}

#[test]
fn the_clock_is_read_in_src_only() {
    assert_only_in(&["src/"], "the clock", |line| {
        ["Utc::now", "Local::now", "SystemTime::now"].iter().any(|clock| line.contains(clock))
    });
}

#[test]
fn nothing_is_left_to_do() {
    for marker in ["todo!(", "unimplemented!(", "dbg!("] {
        for source in sources() {
            assert!(!source.text.contains(marker), "{}: {marker}", source.path);
        }
    }
}

#[test]
fn no_image_is_built_from_what_git_ignores() {
    let lines = |name: &str| -> Vec<String> {
        let text = fs::read_to_string(top().join(name)).expect("a file");
        text.lines().map(|line| line.trim_end_matches('/').to_owned()).collect()
    };
    let ignored = lines(".containerignore");
    assert_eq!(ignored, lines(".dockerignore"));
    for pattern in lines(".gitignore") {
        assert!(ignored.contains(&format!("**/{pattern}")), "{pattern}");
    }
}

#[test]
fn lints_are_expected_and_not_allowed() {
    assert_only_in(&[], "`allow(`", |line| line.contains("#[allow(") || line.contains("#![allow("));
}

#[test]
fn every_file_opens_with_its_job() {
    for source in sources() {
        assert!(source.text.starts_with("//! "), "{} opens with `//! `", source.path);
    }
}

#[test]
fn no_file_is_longer_than_five_hundred_lines() {
    for source in sources() {
        let lines = source.text.lines().count();
        assert!(lines <= 500, "{} has {lines} lines", source.path);
    }
}

#[test]
fn no_test_sleeps_or_is_ignored() {
    for source in sources().iter().filter(|source| source.path.starts_with("tests/")) {
        for left_out in ["thread::sleep", "#[ignore"] {
            assert!(!source.text.contains(left_out), "{}: {left_out}", source.path);
        }
    }
}

/// The names of a backend's migrations, with their folders.
fn migrations(backend: &Path) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(backend).expect("migrations");
    let mut found: Vec<(String, PathBuf)> = entries
        .map(|entry| entry.expect("an entry"))
        .map(|entry| (entry.file_name().into_string().expect("text"), entry.path()))
        .collect();
    found.sort();
    found
}

/// Every backend's folder of migrations.
fn backends() -> Vec<PathBuf> {
    let entries = fs::read_dir(top().join("migrations")).expect("migrations");
    let backends: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    assert!(!backends.is_empty());
    backends
}

#[test]
fn every_migration_goes_up_and_down() {
    for (name, folder) in backends().iter().flat_map(|backend| migrations(backend)) {
        for file in ["up.sql", "down.sql"] {
            let text = fs::read_to_string(folder.join(file)).unwrap_or_default();
            assert!(!text.trim().is_empty(), "{name} has {file}");
        }
    }
}

#[test]
fn every_backend_has_the_same_migrations() {
    let names = |backend: &PathBuf| -> Vec<String> {
        migrations(backend).into_iter().map(|(name, _)| name).collect()
    };
    let backends = backends();
    for backend in &backends {
        assert_eq!(names(backend), names(&backends[0]), "{}", backend.display());
    }
}

#[test]
fn every_table_that_goes_up_comes_down() {
    for (name, folder) in backends().iter().flat_map(|backend| migrations(backend)) {
        let down = fs::read_to_string(folder.join("down.sql")).expect("down.sql");
        for (table, _) in tables(&fs::read_to_string(folder.join("up.sql")).expect("up.sql")) {
            assert!(names(&down, &table), "{name}: {table} is dropped");
        }
    }
}

/// The tables of a migration, each with its columns.
fn tables(sql: &str) -> Vec<(String, Vec<String>)> {
    let mut tables: Vec<(String, Vec<String>)> = Vec::new();
    let mut is_inside = false;
    for line in sql.lines() {
        if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            let name = rest.split([' ', '(']).next().expect("a name");
            tables.push((name.to_owned(), Vec::new()));
            is_inside = true;
        } else if line.starts_with(')') {
            is_inside = false;
        } else if is_inside && let Some((_, columns)) = tables.last_mut() {
            let first = line.trim().split(' ').next().expect("a word");
            if first.starts_with(|letter: char| letter.is_ascii_lowercase()) {
                columns.push(first.to_owned());
            }
        }
    }
    tables
}

#[test]
fn every_column_of_the_migrations_is_known_to_diesel() {
    let files = ["tables.rs", "tables/access.rs", "tables/decisions.rs"];
    let read = |file: &str| fs::read_to_string(top().join("schema/src").join(file)).expect(file);
    let known = files.map(read).concat();
    let of = |table: &str| -> String {
        let begin = known.find(&format!("    {table} (")).unwrap_or_else(|| panic!("{table}"));
        let rest = &known[begin..];
        rest[..rest.find("\n    }").expect("its end")].to_owned()
    };
    for (_, folder) in backends().iter().flat_map(|backend| migrations(backend)) {
        let sql = fs::read_to_string(folder.join("up.sql")).expect("up.sql");
        for (table, columns) in tables(&sql) {
            assert!(!columns.is_empty(), "{table} has columns");
            let diesel = of(&table);
            for column in columns {
                assert!(diesel.contains(&format!("\n        {column} ->")), "{table}.{column}");
            }
        }
    }
}
