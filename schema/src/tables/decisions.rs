//! What people decided about who is who, and who was erased.

diesel::table! {
    user_merges (user_id) {
        user_id -> BigInt,
        into_user -> BigInt,
        decided_at -> BigInt,
    }
}

diesel::table! {
    user_splits (identity, user_id) {
        identity -> BigInt,
        user_id -> BigInt,
        decided_at -> BigInt,
    }
}

diesel::table! {
    erased_users (user_id) {
        user_id -> BigInt,
        number -> BigInt,
        erased_at -> BigInt,
        pending -> Nullable<Text>,
        scanned_to -> BigInt,
    }
}

diesel::table! {
    erased_identities (identity) {
        identity -> BigInt,
        user_id -> BigInt,
    }
}
