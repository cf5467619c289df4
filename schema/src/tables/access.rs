//! Who may sign in and read, and what they did.

diesel::table! {
    api_tokens (id) {
        id -> Text,
        name -> Text,
        scope -> Text,
        secret_hash -> Binary,
        created_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
        last_used_at -> Nullable<BigInt>,
        expires_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    setup_links (id) {
        id -> Text,
        secret_hash -> Binary,
        created_at -> BigInt,
        used_at -> Nullable<BigInt>,
        account_id -> Nullable<Integer>,
        expires_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    accounts (id) {
        id -> Integer,
        email -> Text,
        name -> Text,
        role -> Text,
        password_hash -> Nullable<Text>,
        provider_subject -> Nullable<Text>,
        created_at -> BigInt,
        disabled_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    logins (id) {
        id -> Text,
        secret_hash -> Binary,
        account_id -> Integer,
        created_at -> BigInt,
        last_seen_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    provider_flows (state_hash) {
        state_hash -> Binary,
        nonce -> Text,
        verifier -> Text,
        next_path -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    audit_log (id) {
        id -> BigInt,
        at -> BigInt,
        actor -> Text,
        action -> Text,
        subject -> Text,
        detail -> Text,
        hash -> Binary,
    }
}

diesel::table! {
    audit_head (id) {
        id -> Integer,
        entries -> BigInt,
        hash -> Binary,
    }
}
