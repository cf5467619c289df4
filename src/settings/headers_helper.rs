//! A script that tells Claude Code its headers, so that every person has a token of their own
//! and none stands in settings.

use super::Options;
use super::shell::quoted;

/// Where the script goes.
pub const PATH: &str = "/usr/local/bin/daybook-otel-headers";

/// The script. It holds no token: it reads the one of whoever runs it.
pub fn script() -> &'static str {
    r#"#!/bin/sh
# Tells Claude Code the headers of its telemetry: this person's ingest token of Daybook.
# Read from $DAYBOOK_INGEST_TOKEN, or from the first of these files that can be read.
token=${DAYBOOK_INGEST_TOKEN:-}
for file in "${XDG_CONFIG_HOME:-$HOME/.config}/daybook/ingest-token" /etc/daybook/ingest-token; do
  if [ -z "$token" ] && [ -r "$file" ]; then
    IFS= read -r token < "$file" || :
  fi
done
# A token is letters, digits and underscores: nothing in it needs quoting.
case $token in
  *[!A-Za-z0-9_]*) token= ;;
  dbk_ingest_?*) ;;
  *) token= ;;
esac
if [ -z "$token" ]; then
  echo 'daybook: no ingest token; put one into ~/.config/daybook/ingest-token' >&2
  exit 1
fi
printf '{"Authorization": "Bearer %s"}\n' "$token"
"#
}

/// What puts a person's token where the script reads it.
pub fn store_token(options: &Options) -> String {
    format!(
        r#"#!/bin/sh
# Keeps this person's ingest token of Daybook where only they can read it.
set -eu
umask 077
folder=${{XDG_CONFIG_HOME:-$HOME/.config}}/daybook
mkdir -p "$folder"
printf '%s\n' {} > "$folder/ingest-token"
"#,
        quoted(&options.token)
    )
}
