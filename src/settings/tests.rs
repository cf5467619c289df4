//! Every form is read back by its own format's rules, to the same variables.

mod parsed_back;
mod power_shell;
mod shells;
mod yaml;
mod merged;
mod table;

use super::{Options, Variable};

/// What hostile people put wherever they may.
pub(super) const HOSTILE: &[&str] = &[
    "",
    "plain",
    " leading and trailing ",
    r#"it's "quoted" `id` twice ''"#,
    "$HOME ${HOME} $(id) $env:PATH ${env:HOME} $$",
    "line\nbreak\r\nand\rreturn\ttab",
    "100% %PATH% %41 %%",
    "Zoë 李 🦀 ‘smart’ ‚low‛ “quotes” \u{2028}\u{85}\u{a0}",
    "]]> <![CDATA[ & <a href=\"x\"> &amp; <!-- -->",
    "'@",
    "\"@\n'@\n",
    r"\ \\ \' \n C:\Program Files\",
    "; rm -rf / # && | > <",
    "-n",
    "!history !! !$",
    "*?[a-z]~",
    ": - [a] {b} & * ! | > ' \" % @ `",
    "\u{feff}mark \u{200b}\u{202e}turned",
    "\u{7f}",
    "true",
    "0x10",
    "=cmd|'/c calc'!A0",
];

/// A token that looks like one.
pub(super) const TOKEN: &str =
    "dbk_ingest_0123456789abcdef_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// The choices nobody changed.
pub(super) fn options() -> Options {
    Options::new("https://daybook.example.com", TOKEN, "Platform team").expect("options")
}

/// Variables with these values.
pub(super) fn with_values(values: &[&str]) -> Vec<Variable> {
    let names = ["A", "B_2", "OTEL_C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M"];
    let more = ["N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y", "Z"];
    let names = names.into_iter().chain(more);
    let variables: Vec<Variable> = names
        .zip(values)
        .map(|(name, value)| Variable { name, value: (*value).to_owned(), explains: "" })
        .collect();
    assert_eq!(variables.len(), values.len(), "each value has a name");
    variables
}

/// Names and values.
pub(super) fn pairs(variables: &[Variable]) -> Vec<(String, String)> {
    variables.iter().map(|it| (it.name.to_owned(), it.value.clone())).collect()
}
