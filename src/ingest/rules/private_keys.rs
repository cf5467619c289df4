//! Private keys that are blocks of text.

use super::private_key;
use super::{Group, Rule};

/// The rows.
pub const RULES: &[Rule] = &[PEM, JSON_WEB_KEY, PUTTY];

/// Blocks with a BEGIN and an END.
const PEM: Rule = Rule {
    id: "private-key-pem",
    group: Group::PrivateKeys,
    literals: &["PRIVATE KEY", "PRIVATE+KEY", "PRIVATE%20KEY"],
    keywords: &[],
    find: private_key::find,
    catches: "private key blocks from BEGIN to END, also on one line, escaped, quoted line by line, numbered, cut off, or without their beginning",
    spares: "public keys, certificates, and text that only names the marker",
    caught: &[
        "«-----BEGIN ¦PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2\nOF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r\n1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G\n-----END PRIVATE KEY-----»\nafter",
        "key: '«-----BEGIN ¦RSA PRIVATE KEY----- MIIEpAIBAAKCAQEA1c7+9z5Pad7OejecsQ0bu3aozN3tihPmljnnudb9G3HECdnH lWu2/a1gB9JW5TBQ+AVpum9Okx7KfqkfBKL9mcHgSAWWdMWjfNBTrpq3Ll6vlW== -----END RSA PRIVATE KEY-----»'",
        "{\"k\":\"«-----BEGIN ¦EC PRIVATE KEY-----\\nMHcCAQEEIIrYSSNQFaA2Hwf1duRSxKtLYX5CB04fSeQ6tF1aY/PuoAoGCCqGSM49\\nAwEHoUQDQgAEPR3tU2Fta9ktY+6P9G0cWO+0kETA6SFs38GecTyudlHz6xvCdz8q\\n-----END EC PRIVATE KEY-----»\\n\"}",
        "{\"k\":\"«-----BEGIN ¦OPENSSH PRIVATE KEY-----\\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\\nQyNTUxOQAAACBzc1xvZ2lu»\",\"next\":\"stays\"}",
        "«-----BEGIN ¦RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,3F17F5316E2BAC89D2E1F5A7B3C4D6E8\n\nMIIEpAIBAAKCAQEA1c7+9z5Pad7OejecsQ0bu3aozN3tihPmljnnudb9G3HECdnH\nlWu2/a1gB9JW5TBQ+AVpum9Okx7Kfqkf»",
        "    12\t«-----BEGIN ¦PRIVATE KEY-----\n    13\tMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2\n    14\tOF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r»\n    15\tfn main() {}",
        "[\"«-----BEGIN ¦PRIVATE KEY-----\",\"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2\",\"-----END PRIVATE KEY-----»\"]",
        "key=«-----BEGIN+¦PRIVATE+KEY-----%0AMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2%0A-----END+PRIVATE+KEY-----»&next=1",
        "«-----BEGIN ¦PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\nlQOYBFZ4m3kBCADPcFQmRjx4ZfEJgp5cVnR6DyB0oIkr7tZ5Qm8RlA0pWd2yqXeT\n=aB3d\n-----END PGP PRIVATE KEY BLOCK-----»",
        "the tail was:\n«OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r\n1RTwjmYSi9R/zpBnuQ==\n-----END ¦PRIVATE KEY-----»\n",
    ],
    spared: &[
        "-----BEGIN PUBLIC KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2\n-----END PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2\n-----END CERTIFICATE-----",
        "if text.starts_with(\"-----BEGIN ¦PRIVATE KEY-----\") && text.ends_with(\"-----END ¦PRIVATE KEY-----\") {",
        "-----BEGIN ¦PRIVATE KEY-----\n...\n-----END ¦PRIVATE KEY-----",
        "grep -l 'BEGIN RSA ¦PRIVATE KEY' ~/.ssh",
        "the PRIVATE KEY of the table is internalization",
    ],
    ..Rule::BLANK
};

/// Members of a JSON Web Key.
const JSON_WEB_KEY: Rule = Rule {
    id: "json-web-key",
    group: Group::PrivateKeys,
    literals: &["kty"],
    find: private_key::json_web_key,
    catches: "the private members of JSON Web Keys",
    spares: "public keys",
    caught: &[
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"{a43}\",\"d\":\"«{a43}»\",\"kid\":\"1\"}",
        "{\"kty\": \"RSA\", \"n\": \"{a342}\", \"d\": \"«{a342}\", \"p\": \"{a171}»\", \"e\": \"AQAB\"}",
        "{\"key\":\"{\\\"kty\\\":\\\"oct\\\",\\\"k\\\":\\\"«{a43}»\\\"}\"}",
    ],
    spared: &[
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"{a43}\",\"y\":\"{a43}\",\"kid\":\"1\"}",
        "if jwk.kty != \"RSA\" {",
    ],
    ..Rule::BLANK
};

/// The private lines of a PuTTY file.
const PUTTY: Rule = Rule {
    id: "putty-private-key",
    group: Group::PrivateKeys,
    literals: &["Private-Lines"],
    find: private_key::putty,
    catches: "the private lines of PuTTY's key files",
    spares: "their public lines",
    caught: &[
        "Public-Lines: 2\n{a64}\n{a44}\nPrivate-Lines: 1\n«{a48}»\nPrivate-MAC: {h64}\n",
        "Private-Lines: 2\\n«{a64}\\n{a24}»\\nPrivate-MAC: {h64}",
    ],
    spared: &["Private-Lines: 1", "Public-Lines: 2\n{a64}\n{a44}\n"],
    ..Rule::BLANK
};
