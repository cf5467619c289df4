//! Passwords on command lines and in calls that take one without naming it.

use super::random::{is_wordy, stands_for_another};
use super::signs::is_one_of;
use super::token::{alphanumeric, capital, part, run_end, sign};
use super::{Group, Rule};
use std::ops::Range;

/// The rows.
pub const RULES: &[Rule] = &[
    Rule {
        id: "cli-password",
        group: Group::Generic,
        keywords: &["--pass", "--pwd", "--token", "--api-key", "--secret", "--auth", " -password"],
        find: long_option,
        catches: "values of options that are named like a secret",
        spares: "variables, files and further options",
        caught: &[
            "app --password «letme¦in9» --user a",
            "vault login --token '«{a24}»'",
            "Connect-Server -User ops -Password «Moon¦light7!»",
        ],
        spared: &[
            "app --password $PW",
            "docker login --password-stdin",
            "--token-file /run/x",
            "--password --user",
            "usage: app [--token TOKEN2] [--api-key API_KEY_FILE]",
            "app --secret SECRET_NAME2",
        ],
        ..Rule::BLANK
    },
    Rule {
        id: "cli-user-password",
        group: Group::Generic,
        keywords: &["curl", "wget", "http ", "https ", "xh "],
        hint: |bytes, literal| user_option(bytes, literal.start).is_some(),
        find: |text, literal| pair(text, user_option(text.as_bytes(), literal.start)?),
        catches: "the password in `curl -u user:password`",
        spares: "variables and user names alone",
        caught: &[
            "curl -s -u joe:«s3cr3t¦pw» https://example.org",
            "curl --user \"joe:«s3cr3t¦pw»\" -X POST x",
            "curl --user joe:'«s3cr3t¦pw»' -X POST x",
            "curl -sku joe:«s3cr3t¦pw» https://example.org",
            "curl --proxy-user joe:«s3cr3t¦pw» https://example.org",
            "xh -a joe:«s3cr3t¦pw» GET example.org",
            "curl https://example.org \\\n  --user joe:«s3cr3t¦pw»",
        ],
        spared: &[
            "curl -u \"$USER:$PASS\" x",
            "curl -u joe https://example.org",
            "curl -u \":\" x",
        ],
        ..Rule::BLANK
    },
    Rule {
        id: "cli-short-password",
        group: Group::Generic,
        keywords: &["sshpass", "mysql", "mariadb", "docker login", "psexec", "redis-cli", "mongo"],
        hint: |bytes, literal| short_option(bytes, literal.end).is_some(),
        find: |text, literal| word(text, short_option(text.as_bytes(), literal.end)?),
        catches: "the password behind `-p` or `-a` of tools that take it so",
        spares: "ports, variables and options without a value",
        caught: &[
            "sshpass -p «s3cr3t¦pw» ssh a@b",
            "mysql -u root -p«hunter¦2x» app",
            "docker login -u a -p «s3cr3t¦pw» r.io",
            "mariadb -uroot -p«hunter¦2x»",
        ],
        spared: &["mysql -u root -p app", "sshpass -p \"$PW\" ssh a@b", "mysql -P 3306"],
        ..Rule::BLANK
    },
    Rule {
        id: "credential-argument",
        group: Group::Generic,
        keywords: &["networkcredential(", "directoryentry(", "usernamepassword("],
        find: last_argument,
        catches: "the last string of a call that takes a user and a password",
        spares: "variables",
        caught: &["new NetworkCredential(\"joe\", \"«s3cret¦word»\")"],
        spared: &["new NetworkCredential(user, password)"],
        ..Rule::BLANK
    },
    Rule {
        id: "sonar-login",
        group: Group::Generic,
        keywords: &["sonar.login", "sonar_login"],
        find: |text, literal| {
            let between =
                |byte: u8| !byte.is_ascii_alphanumeric() && byte.is_ascii_graphic() || byte == b' ';
            let start = run_end(text, literal.end, between);
            let end = part(text, start, alphanumeric, 32..=48)?;
            (start > literal.end && start < literal.end + 12).then_some(start..end)
        },
        catches: "tokens that SonarQube's scanner signs in with",
        spares: "names of users",
        caught: &["mvn sonar:sonar -Dsonar.login=«{h40}»"],
        spared: &["-Dsonar.login=admin", "sonar.login=$(SONAR_USER)"],
        ..Rule::BLANK
    },
    Rule {
        id: "connection-string-password",
        group: Group::Generic,
        keywords: &["password", "pwd"],
        find: connection_string,
        catches: "the password among pairs with semicolons between, whatever it is",
        spares: "variables and placeholders",
        caught: &["Server=db;Port=5432;User Id=app;Password=«moonlight»;Database=x;"],
        spared: &["Server=db;User Id=app;Password={0};", "a;b;password=;"],
        ..Rule::BLANK
    },
    Rule {
        id: "netrc-password",
        group: Group::Generic,
        keywords: &["machine "],
        find: netrc,
        catches: "passwords in a .netrc",
        spares: "other uses of the word",
        caught: &["machine example.org login joe password «s3cr3t¦pw»"],
        spared: &["a machine that learns", "machine example.org login joe"],
        ..Rule::BLANK
    },
];

/// How far behind a command its option may stand.
const OPTION_BYTES: usize = 160;

/// Whether a byte belongs to a word of a command line.
fn is_word(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && !is_one_of(byte, b"\"'`;|<>\\)\x1f")
}

/// The word at `from`, its quotes aside, if it is a password.
fn word(text: &str, from: usize) -> Option<Range<usize>> {
    let start = run_end(text, from, |byte| matches!(byte, b'"' | b'\'' | b'\\'));
    let end = run_end(text, start, is_word);
    let value = text.get(start..end)?;
    let reference = value.starts_with(['$', '<', '-', '%', '{', '[', '('])
        || value.contains("${")
        || value.contains("{{");
    (value.len() >= 4 && !reference && !stands_for_another(value)).then_some(start..end)
}

/// The value of an option such as `--password`.
fn long_option(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let end = run_end(text, literal.end, |byte| byte.is_ascii_alphabetic() || byte == b'-');
    let name = text.get(literal.start..end)?.trim_start().to_ascii_lowercase();
    let known = [
        "-password",
        "--password",
        "--pass",
        "--passwd",
        "--passphrase",
        "--pwd",
        "--token",
        "--auth-token",
        "--api-key",
        "--secret",
        "--secret-key",
        "--auth",
    ];
    let start = run_end(text, end, |byte| matches!(byte, b' ' | b'='));
    let found = known.contains(&name.as_str()).then(|| word(text, start))??;
    let value = text.get(found.clone())?;
    if text.get(..literal.start)?.ends_with('[') || stands_for_argument(value, &name) {
        return None;
    }
    let secret = value.bytes().any(|byte| byte.is_ascii_digit())
        || value.len() >= 12
        || text.get(end..)?.starts_with('=');
    (start > end && secret && !value.starts_with('/')).then_some(found)
}

/// Whether a value is what usage texts write for one: capitals that say what the option says, or
/// have a `_` between.
fn stands_for_argument(value: &str, option: &str) -> bool {
    let plain = value.bytes().all(|byte| capital(byte) || matches!(byte, b'_' | b'-' | b']'));
    let word = option.rsplit('-').next().unwrap_or_default();
    let same = value.to_ascii_lowercase().contains(word);
    plain && is_wordy(value) && (same || value.contains('_'))
}

/// Where the value of `-u` or `--user` begins.
fn user_option(bytes: &[u8], from: usize) -> Option<usize> {
    let long: &[&[u8]] = &[b" --user ", b" --user=", b" -u\"", b" --proxy-user ", b" -U ", b" -a "];
    let bundle = |line: &[u8]| {
        let letters = line.strip_prefix(b" -")?.iter().take(8);
        let length = letters.take_while(|byte| byte.is_ascii_alphabetic()).count();
        line.get(..length + 3)?.ends_with(b"u ").then_some(length + 3)
    };
    option_end(bytes, from, |line| {
        long.iter()
            .find(|option| line.starts_with(option))
            .map(|option| option.len())
            .or_else(|| bundle(line))
    })
}

/// Where the value of `-p` or `-a` begins.
fn short_option(bytes: &[u8], from: usize) -> Option<usize> {
    let at = option(bytes, from, &[b" -p", b" -a "])?;
    let spaced = bytes.get(at) == Some(&b' ');
    let tool = bytes.get(from.saturating_sub(8)..from)?;
    let glued_only = tool.to_ascii_lowercase();
    let glued_only = glued_only.ends_with(b"mysql") || glued_only.ends_with(b"mariadb");
    match (spaced, glued_only) {
        (true, true) => None,
        (true, false) => Some(at + 1),
        (false, _) => Some(at),
    }
}

/// The end of the first of some options behind a command, on the same line.
fn option(bytes: &[u8], from: usize, options: &[&[u8]]) -> Option<usize> {
    option_end(bytes, from, |line| {
        options.iter().find(|option| line.starts_with(option)).map(|option| option.len())
    })
}

/// The same, with the options told by what begins at a blank: how long it is.
fn option_end(bytes: &[u8], from: usize, length: impl Fn(&[u8]) -> Option<usize>) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let line = rest.get(..rest.len().min(OPTION_BYTES))?;
    let mut places = (0..line.len()).take_while(|at| !ends_line(line, *at));
    places.find_map(|at| match line.get(at..)? {
        option @ [b' ', b'-', ..] => Some(from + at + length(option)?),
        _ => None,
    })
}

/// Whether a line break stands at `at` that no backslash takes back.
fn ends_line(line: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| line.get(before));
    line.get(at) == Some(&b'\n') && before != Some(&b'\\')
}

/// The password of `user:password`, perhaps in quotes of its own.
fn pair(text: &str, from: usize) -> Option<Range<usize>> {
    let start = run_end(text, from, |byte| matches!(byte, b'"' | b'\'' | b'\\' | b' '));
    let colon = run_end(text, start, |byte| is_word(byte) && byte != b':');
    let user = text.get(start..colon)?;
    let from = run_end(text, sign(text, colon, ":")?, |byte| matches!(byte, b'"' | b'\''));
    let end = run_end(text, from, is_word);
    let password = text.get(from..end)?;
    let reference = password.starts_with(['$', '<', '{', '%', '[']) || password.starts_with("//");
    let sample = ["password", "pass", "passwd", "token", "yyy", user].contains(&password);
    let real = password.len() >= 3 && !reference && !sample && !stands_for_another(password);
    real.then_some(from..end)
}

/// The last string before the bracket closes, if two stand in it.
fn last_argument(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let rest = text.get(literal.end..)?;
    let cut = (200..rest.len()).find(|at| rest.is_char_boundary(*at)).unwrap_or(rest.len());
    let call = rest.get(..cut)?;
    let call = call.get(..call.find(')').unwrap_or(call.len()))?;
    let close = call.rfind(['"', '\''])?;
    let inner = call.get(..close)?;
    let open = inner.rfind(['"', '\''])? + 1;
    let value = inner.get(open..)?.trim_end_matches('\\');
    let two = call.get(..open)?.contains(',') && value.len() >= 4 && !value.contains(' ');
    (two && !stands_for_another(value))
        .then_some(literal.end + open..literal.end + open + value.len())
}

/// What stands between `=` and `;`, if a pair stands before it on the same line.
fn connection_string(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let front = text.as_bytes().get(literal.start.saturating_sub(OPTION_BYTES)..literal.start)?;
    let pair = front.trim_ascii_end().ends_with(b";") && front.contains(&b'=');
    let start = sign(text, literal.end, "=")?;
    let end = run_end(text, start, |byte| is_word(byte) && byte != b';');
    let value = text.get(start..end)?;
    let closed = text.get(end..)?.starts_with(';');
    let reference = value.starts_with(['$', '<', '{', '%', '[', '#', '*', '('])
        && !value.ends_with(|last: char| last.is_ascii_digit());
    (pair && closed && value.len() >= 3 && !reference).then_some(start..end)
}

/// The word behind `password`, shortly behind the name of a machine.
fn netrc(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let rest = text.get(literal.end..)?;
    let cut =
        (OPTION_BYTES..rest.len()).find(|at| rest.is_char_boundary(*at)).unwrap_or(rest.len());
    let entry = rest.get(..cut)?;
    let login = entry.find("login ")?;
    let at = entry.get(login..)?.find("password ")? + login + "password ".len();
    word(text, literal.end + at)
}
