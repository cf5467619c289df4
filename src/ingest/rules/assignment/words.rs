//! The words that tell names of secrets from names of something about them.

use foldhash::fast::FixedState;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Whether a name that ends with this word is about a secret and holds none.
pub fn is_about(word: &[u8]) -> bool {
    ABOUT.contains(word)
}

/// Whether a key with this word before it is an ordinary one.
pub fn is_ordinary_key(word: &[u8]) -> bool {
    ORDINARY_KEYS.contains(word)
}

/// Whether a token with this word before it is an ordinary one.
pub fn is_ordinary_token(word: &[u8]) -> bool {
    ORDINARY_TOKENS.contains(word)
}

/// Whether a name that begins with this word says that it is none.
pub fn is_denial(word: &[u8]) -> bool {
    matches!(word, b"no" | b"non" | b"not")
}

/// Words, in small letters, with blanks between.
static ABOUT: LazyLock<Words> = LazyLock::new(|| {
    set("\
    alg algo algorithm arn at backend bits budget cache chars checksum class column commit config count counts \
    description digest dir driver element email enabled encryption endpoint engine env error event expiration expires \
    expiry field fields file filename files fingerprint form format func function handler hash hasher hashing \
    header hint host id ids in index input keys kind label len length limit limits link list \
    manager map max mesh message method min mode name names node options output page pair path pattern \
    placeholder policies policy port prompt provider ref reference regex required revision route \
    rule rules schema scheme selector server service set settings sha sha256 signatures size source state \
    status status_code store strength text thumbprint time timestamp title tokens ttl type types uri url usage \
    used user username valid var version view")
});

/// Words, in small letters, with blanks between.
static ORDINARY_KEYS: LazyLock<Words> = LazyLock::new(|| {
    set("\
    a any attribute bucket business cache candidate chain child column composite config connect \
    context current data dedup dedupe dict distkey distribution document each entity event every \
    experiment feature field file first flag foreign function gpg group hash hot i18n \
    idempotency index issue item jira job json key kms known label last lookup map measure merge \
    message metadata metric natural nav new next no node object old other parent partition path \
    pgp press prev primary project pub public query react record registry resource result root route \
    routing row s3 same shard shortcut site sitekey sort space ssh state storage_class \
    struct sub super surrogate table tag task the this trait translation tree type unique user \
    verification verify")
});

/// Words, in small letters, with blanks between.
static ORDINARY_TOKENS: LazyLock<Words> = LazyLock::new(|| {
    set("\
    antiforgery authenticity cancel cancellation continuation csrf current cursor design end eof \
    expected first idempotency last lexer lookahead next no not page parse peek per prev \
    previous public publishable resume resumption start sync syntax unexpected verification xsrf")
});

/// Words that are looked up for every name; nobody else's words are put in.
type Words = HashSet<&'static [u8], FixedState>;

/// A list as a set.
fn set(list: &'static str) -> Words {
    list.split(' ').map(str::as_bytes).collect()
}
