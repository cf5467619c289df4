//! Makes up secrets of every family, of the issuers' forms and from a fixed seed. None was ever
//! anybody's.

/// The form of a secret.
pub struct Form {
    /// What stands before it and gives it away, where its own beginning does not.
    pub before: &'static str,
    /// What it begins with.
    pub prefix: &'static str,
    /// The alphabet of its body: `a` letters and digits, `c` capitals and digits, `h`
    /// hexadecimal, `l` small letters and digits, `t` letters.
    pub alphabet: char,
    /// Characters of its body.
    pub length: usize,
    /// What stands behind it.
    pub after: &'static str,
}

/// A form that its own beginning gives away.
const fn token(prefix: &'static str, alphabet: char, length: usize) -> Form {
    Form { before: "", prefix, alphabet, length, after: "" }
}

/// A form that only its surroundings give away.
const fn told(before: &'static str, alphabet: char, length: usize, after: &'static str) -> Form {
    Form { before, prefix: "", alphabet, length, after }
}

/// Forms of every family.
pub const FORMS: &[Form] = &[
    token("sk-ant-api03-", 'a', 93),
    token("sk-ant-admin01-", 'a', 93),
    token("sk-ant-oat01-", 'a', 95),
    token("sk-proj-", 'a', 74),
    token("AIza", 'a', 35),
    token("hf_", 't', 34),
    token("gsk_", 'a', 52),
    token("xai-", 'a', 80),
    token("pplx-", 'a', 48),
    token("sk-or-v1-", 'h', 64),
    token("nvapi-", 'a', 64),
    token("r8_", 'a', 37),
    token("AKIA", 'c', 16),
    token("ABSK", 'a', 120),
    token("ya29.", 'a', 60),
    token("GOCSPX-", 'a', 28),
    token("dop_v1_", 'h', 64),
    token("HRKU-AA", 'a', 58),
    token("LTAI", 'a', 20),
    token("dapi", 'h', 32),
    token("pul-", 'h', 40),
    token("dp.pt.", 'a', 43),
    token("pscale_tkn_", 'a', 43),
    token("hvs.", 'a', 90),
    token("ghp_", 'a', 36),
    token("github_pat_", 'a', 82),
    token("glpat-", 'a', 20),
    token("ATBB", 'a', 32),
    token("npm_", 'a', 36),
    token("pypi-AgEIcHlwaS5vcmc", 'a', 80),
    token("rubygems_", 'h', 48),
    token("dckr_pat_", 'a', 27),
    token("sqp_", 'h', 40),
    token("bkua_", 'h', 40),
    token("sk_live_", 'a', 40),
    token("whsec_", 'a', 32),
    token("shpat_", 'h', 32),
    token("shippo_live_", 'h', 40),
    token("xoxb-273849506172-918273645546-", 'a', 24),
    token("xkeysib-", 'h', 64),
    token("lin_api_", 'a', 40),
    token("figd_", 'a', 40),
    token("sntryu_", 'h', 64),
    token("NRAK-", 'c', 27),
    token("phx_", 'a', 43),
    told("hooks.slack.com/services/T0{8}/B0{9}/", 'a', 24, "\""),
    told("postgres://app:", 'a', 24, "@db.internal:5432/app"),
    told("https://oauth2:", 'l', 30, "@git.example.org/a/b.git"),
    told("Authorization: Bearer ", 'a', 40, ""),
    told("password = \"", 'a', 20, "\";"),
    told("DB_PASSWORD=", 'l', 24, "\n"),
    told("client_secret: '", 'a', 32, "'"),
    told("app --password ", 'a', 20, " --user joe"),
    told("aws_secret_access_key = ", 'a', 40, "\n"),
    told("deepgram key: \"", 'h', 40, "\""),
    told("Server=db;User Id=app;Password=", 'a', 20, ";Database=x;"),
];

/// Draws characters from a fixed seed.
pub struct Source(u64);

impl Source {
    /// A source; the same number gives the same characters.
    pub fn new(seed: u64) -> Source {
        Source(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `limit`.
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % limit
    }

    /// So many characters of an alphabet, with a digit and a letter among the first of them.
    pub fn body(&mut self, alphabet: char, length: usize) -> String {
        let letters: &[u8] = match alphabet {
            'c' => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
            'h' => b"0123456789abcdef",
            'l' => b"abcdefghijkmnpqrstuvwxyz23456789",
            't' => b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz",
            _ => b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz0123456789",
        };
        let first = match alphabet {
            'c' => "Q7K",
            't' => "QwZ",
            'h' => "4e7",
            'l' => "q7k",
            _ => "q7K",
        };
        let drawn = (3..length).map(|_| char::from(letters[self.below(letters.len())]));
        first.chars().chain(drawn).collect()
    }
}
