//! Writes texts from a fixed seed: the same ones in every run.

/// What lines of code, logs and settings are made of; `@` is a name, `#` a number, `~` a digest.
const LINES: &[&str] = &[
    "    let @ = self.@.@(&@, #)?;",
    "fn @(@: &str, @: usize) -> Result<@, Error> {",
    "        if @.len() > # && !@.is_empty() {",
    "    }",
    "/// The @ of the @, or nothing where there is no @.",
    "use crate::@::@::{@, @};",
    "import { @, @ } from \"./@/@\";",
    "const @ = await @.@(`/@/${@.id}`, { method: \"POST\" });",
    "  \"@\": \"^#.#.#\",",
    "commit ~",
    "2026-11-20T10:04:53.#Z INFO @: @ took # ms",
    "+        return @.map((@) => @.@).filter(Boolean);",
    "test @::@::@ ... ok",
    "  --> src/@/@.rs:#:#",
    "| @ | # | @ and @ |",
    "We keep the @ apart from the @, because a @ may come before its @.",
    "assert_eq!(@.token.kind, @::Key);",
    "max_tokens: #, page_token: None,",
];

/// What tokens begin with, and words that announce a secret.
const BEGINNINGS: &[&str] = &[
    "ghp_",
    "sk-",
    "AKIA",
    "xoxb-",
    "glpat-",
    "npm_",
    "hf_",
    "sk_live_",
    "AIza",
    "eyJ",
    "SG.",
    "-----BEGIN ",
    "pypi-",
    "token=",
    "password=",
    "key: ",
    "secret_",
    "auth ",
    "pat-",
    "dop_v1_",
    "sk-ant-",
    "https://",
    "4111 1111 ",
];

/// Draws numbers.
struct Source(u64);

impl Source {
    /// A number below `limit`.
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % limit
    }

    /// One of some.
    fn one<'a>(&mut self, some: &[&'a str]) -> &'a str {
        some.get(self.below(some.len())).copied().unwrap_or_default()
    }

    /// So many characters of an alphabet.
    fn characters(&mut self, alphabet: &str, length: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..length).filter_map(|_| letters.get(self.below(letters.len())).copied()).collect()
    }

    /// A name as code has them: words of syllables.
    fn name(&mut self) -> String {
        let syllables = ["ta", "re", "li", "mo", "sen", "dex", "par", "com", "ite", "ver", "un"];
        let word = |source: &mut Source| {
            (0..=source.below(3)).map(|_| source.one(&syllables)).collect::<String>()
        };
        let first = word(self);
        if self.below(3) == 0 { format!("{first}_{}", word(self)) } else { first }
    }
}

/// Code, logs and prose without a secret.
pub fn clean(bytes: usize) -> String {
    let mut source = Source(0x5eed);
    let mut text = String::with_capacity(bytes + 200);
    while text.len() < bytes {
        for sign in source.one(LINES).chars() {
            match sign {
                '@' => text.push_str(&source.name()),
                '#' => text.push_str(&source.below(10_000).to_string()),
                '~' => text.push_str(&source.characters("0123456789abcdef", 40)),
                other => text.push(other),
            }
        }
        text.push('\n');
    }
    text
}

/// Code with the beginning of a token, or a word for a secret, in every second word.
pub fn dense(bytes: usize) -> String {
    let mut source = Source(0xde75e);
    let mut text = String::with_capacity(bytes + 200);
    while text.len() < bytes {
        text.push_str(source.one(BEGINNINGS));
        let length = source.below(12);
        text.push_str(&source.characters("abcdefXYZ0123456789", length));
        text.push(' ');
        text.push_str(&source.name());
        text.push_str(source.one(&[" ", "\n", ", ", "\" "]));
    }
    text
}

/// The same with a letter of some of them escaped, so that it says more than it shows.
pub fn escaped(dense: &str) -> String {
    dense.replace("ghp_", "\\u0067hp_").replace("npm_", "%6epm_")
}

/// A text in pieces of about so many bytes.
pub fn pieces(text: &str, bytes: usize) -> Vec<&str> {
    let mut rest = text;
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let cut = (bytes..rest.len()).find(|at| rest.is_char_boundary(*at)).unwrap_or(rest.len());
        let (piece, behind) = rest.split_at_checked(cut).unwrap_or((rest, ""));
        pieces.push(piece);
        rest = behind;
    }
    pieces
}
