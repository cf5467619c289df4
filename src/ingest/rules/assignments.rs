//! What only the name it is given to gives away: `password = ..`, `"api_key": ".."`, a value under
//! such a key.

use super::assignment::{self, Name};
use super::{Group, Rule};

/// The rows.
pub const RULES: &[Rule] = &[Rule {
    id: "generic-secret",
    group: Group::Generic,
    keywords: &[
        "pass",
        "pwd",
        "secret",
        "token",
        "key",
        "auth",
        "credential",
        "_pat",
        "_pw",
        "cookie",
    ],
    hint: Name::may_stand,
    find: assignment::find,
    catches: "values under a name that says they are secret, in code, settings, environments, JSON and attributes",
    spares: "names of something about a secret, references, placeholders, words, paths and ids",
    caught: &[
        "password = \"«c0rrect-horse!»\"",
        "DB_PASSWORD=«hunter2{a4}»\\nNEXT=1",
        "{\"api_key\":\"«{l24}7»\",\"n\":1}",
        "{\\\"client_secret\\\":\\\"«{a24}5»\\\"}",
        "acmeToken := `«{l30}1»`",
        "System.setProperty(\"ACME_TOKEN\", \"«{h8}-{h4}-{h4}-{h4}-{h12}»\")",
        "\"acmeSecret\" => \"«{a28}2»\",",
        "<acmeToken>\n    «{l26}3»\n</acmeToken>",
        "x-api-key: «{a32}4»",
        "config['password'] = '«S3cr3t!pw»'",
        "acme SECRET «{h32}»",
    ],
    spared: &[
        "max_tokens = 4096",
        "token_count: 18234",
        "password = get_password()",
        "password: ${DB_PASSWORD}",
        "password = config.database.password",
        "let token = self.parser.next_token();",
        "secretName: my-application-credentials",
        "public_key = \"{a43}\"",
        "primary_key = \"{a32}\"",
        "cache_key: {h40}",
        "api_key = \"your-api-key-here\"",
        "api_key = <YOUR_API_KEY>",
        "\"token\": \"identifier\"",
        "token_file = /var/run/secrets/token",
        "keyboard: qwertz2000layout",
        "password: string",
        "password=%s",
        "author = \"jane.roe17@example.com\"",
    ],
    ..Rule::BLANK
}];
