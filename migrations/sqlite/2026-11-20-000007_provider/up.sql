-- Sign-ins by OpenID Connect that were begun and are not over; each is good once, for 10 minutes.
CREATE TABLE provider_flows (
    state_hash BLOB NOT NULL PRIMARY KEY, -- of what the browser and the provider bring back
    nonce TEXT NOT NULL,                  -- what the provider's answer has to name
    verifier TEXT NOT NULL,               -- what shows the provider that we began it (PKCE)
    next_path TEXT NOT NULL,              -- where to go on
    created_at BIGINT NOT NULL
);
