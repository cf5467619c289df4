//! The tables as Diesel sees them; `migrations/` explains every column.

mod access;
mod decisions;

pub use access::*;
pub use decisions::*;

diesel::table! {
    installation (id) {
        id -> Integer,
        hash_key -> Binary,
        time_zone -> Text,
        generation -> BigInt,
        created_at -> BigInt,
        fold_rules -> Integer,
    }
}

diesel::table! {
    connections (id) {
        id -> Integer,
        name -> Text,
        identity_order -> Text,
        created_at -> BigInt,
        only_needed -> Bool,
        deployment_kind -> Nullable<Text>,
        customer_type -> Nullable<Text>,
        subscription_type -> Nullable<Text>,
    }
}

diesel::table! {
    ingest_tokens (id) {
        id -> Text,
        connection_id -> Integer,
        secret_hash -> Binary,
        created_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
        label -> Text,
        sealed -> Nullable<Binary>,
        last_used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    connection_health (connection_id) {
        connection_id -> Integer,
        accepted -> BigInt,
        refused -> BigInt,
        last_metrics_at -> Nullable<BigInt>,
        last_logs_at -> Nullable<BigInt>,
        last_traces_at -> Nullable<BigInt>,
        last_refused_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    connection_traits (connection_id, name, value) {
        connection_id -> Integer,
        name -> Text,
        value -> Text,
        last_at -> BigInt,
    }
}

diesel::table! {
    refused_requests (connection_id, status, kind, message) {
        connection_id -> Integer,
        status -> SmallInt,
        kind -> SmallInt,
        message -> Text,
        times -> BigInt,
        first_at -> BigInt,
        last_at -> BigInt,
    }
}

diesel::table! {
    signals (id) {
        id -> BigInt,
        connection_id -> Integer,
        kind -> SmallInt,
        received_at -> BigInt,
        imported -> Bool,
        size -> BigInt,
        content_hash -> Binary,
        state -> SmallInt,
        attempts -> SmallInt,
        reason -> Nullable<Text>,
        shard -> SmallInt,
    }
}

diesel::table! {
    claims (worker, number) {
        worker -> BigInt,
        number -> BigInt,
        signals -> Binary,
    }
}

diesel::table! {
    workers (id) {
        id -> BigInt,
        name -> Text,
        beat_at -> BigInt,
    }
}

diesel::table! {
    signal_bodies (signal_id) {
        signal_id -> BigInt,
        body -> Binary,
    }
}

diesel::table! {
    users (id) {
        id -> BigInt,
        email -> Nullable<Text>,
        stand_in -> Nullable<Text>,
        name -> Nullable<Text>,
        name_time -> BigInt,
    }
}

diesel::table! {
    user_identities (kind, value, user_id) {
        kind -> Text,
        value -> Text,
        user_id -> BigInt,
        first_time -> BigInt,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        group_key -> BigInt,
        connection_id -> Integer,
        session_id -> Nullable<Text>,
        day -> Nullable<Date>,
        email -> Nullable<Text>,
        account_uuid -> Nullable<Text>,
        install_id -> Nullable<Text>,
        user_id -> BigInt,
        first_time -> BigInt,
        last_time -> BigInt,
        version -> Text,
        terminal -> Text,
        provider -> Text,
    }
}

diesel::table! {
    session_usage (session, utc_day, local_day, raw_model, source) {
        session -> BigInt,
        utc_day -> Date,
        local_day -> Date,
        raw_model -> Text,
        source -> SmallInt,
        model -> Text,
        requests -> BigInt,
        input_tokens -> BigInt,
        output_tokens -> BigInt,
        cache_read_tokens -> BigInt,
        cache_creation_tokens -> BigInt,
        cost_nanos -> BigInt,
    }
}

diesel::table! {
    session_activity (session, utc_day, local_day, source) {
        session -> BigInt,
        utc_day -> Date,
        local_day -> Date,
        source -> SmallInt,
        lines_added -> BigInt,
        lines_removed -> BigInt,
        commits -> BigInt,
        pull_requests -> BigInt,
        active_user_micros -> BigInt,
        active_cli_micros -> BigInt,
        edit_accepted -> BigInt,
        edit_rejected -> BigInt,
        multi_edit_accepted -> BigInt,
        multi_edit_rejected -> BigInt,
        write_accepted -> BigInt,
        write_rejected -> BigInt,
        notebook_edit_accepted -> BigInt,
        notebook_edit_rejected -> BigInt,
        prompts -> BigInt,
        tool_calls -> BigInt,
        errors -> BigInt,
        session_starts -> BigInt,
        events -> BigInt,
        sequence_min -> Nullable<BigInt>,
        sequence_max -> Nullable<BigInt>,
    }
}

diesel::table! {
    series (stream, utc_day, local_day) {
        stream -> BigInt,
        utc_day -> Date,
        local_day -> Date,
        session -> BigInt,
        last_time -> BigInt,
        last_value -> BigInt,
    }
}

diesel::table! {
    seen (scope) {
        scope -> BigInt,
        hashes -> Binary,
    }
}

diesel::table! {
    session_signals (session, signal_id) {
        session -> BigInt,
        signal_id -> BigInt,
        first_time -> BigInt,
        last_time -> BigInt,
    }
}

diesel::table! {
    daily_usage (user_id, day, basis, model, connection_id) {
        user_id -> BigInt,
        day -> Date,
        basis -> SmallInt,
        model -> Text,
        connection_id -> Integer,
        requests -> BigInt,
        input_tokens -> BigInt,
        output_tokens -> BigInt,
        cache_read_tokens -> BigInt,
        cache_creation_tokens -> BigInt,
        cost_nanos -> BigInt,
        metrics_sessions -> BigInt,
        events_sessions -> BigInt,
        cost_micros -> BigInt,
    }
}

diesel::table! {
    daily_activity (user_id, day, basis, connection_id) {
        user_id -> BigInt,
        day -> Date,
        basis -> SmallInt,
        connection_id -> Integer,
        sessions -> BigInt,
        lines_added -> BigInt,
        lines_removed -> BigInt,
        commits -> BigInt,
        pull_requests -> BigInt,
        active_user_micros -> BigInt,
        active_cli_micros -> BigInt,
        edit_accepted -> BigInt,
        edit_rejected -> BigInt,
        multi_edit_accepted -> BigInt,
        multi_edit_rejected -> BigInt,
        write_accepted -> BigInt,
        write_rejected -> BigInt,
        notebook_edit_accepted -> BigInt,
        notebook_edit_rejected -> BigInt,
        prompts -> BigInt,
        tool_calls -> BigInt,
        errors -> BigInt,
        metrics_tokens -> BigInt,
        events_tokens -> BigInt,
        events -> BigInt,
        events_missing -> BigInt,
        metrics_only -> BigInt,
        events_only -> BigInt,
        scopes -> BigInt,
    }
}

diesel::table! {
    tallies (name, detail) {
        name -> Text,
        detail -> Text,
        count -> BigInt,
        last_time -> BigInt,
    }
}

diesel::table! {
    detections (id) {
        id -> BigInt,
        day -> Date,
        connection_id -> Integer,
        rule -> Text,
        path -> Text,
        session_id -> Nullable<Text>,
        email -> Nullable<Text>,
        secret_hash -> Binary,
        text_before -> Text,
        text_after -> Text,
        times -> BigInt,
        first_at -> BigInt,
        last_at -> BigInt,
    }
}

diesel::table! {
    redaction_patterns (id) {
        id -> Integer,
        name -> Text,
        pattern -> Text,
        enabled -> Bool,
        created_at -> BigInt,
        rescan_from -> Nullable<BigInt>,
        rescan_found -> BigInt,
    }
}

diesel::table! {
    session_teams (session, utc_day, local_day) {
        session -> BigInt,
        utc_day -> Date,
        local_day -> Date,
        last_time -> BigInt,
        team -> Text,
        department -> Text,
        cost_center -> Text,
    }
}

diesel::table! {
    daily_teams (user_id, day, basis) {
        user_id -> BigInt,
        day -> Date,
        basis -> SmallInt,
        is_own -> SmallInt,
        last_time -> BigInt,
        team -> Text,
        department -> Text,
        cost_center -> Text,
    }
}

diesel::table! {
    team_memberships (user_id, first_day) {
        user_id -> BigInt,
        first_day -> Date,
        last_day -> Date,
        team -> Text,
        department -> Text,
        cost_center -> Text,
    }
}

diesel::table! {
    team_periods (user_id, first_day) {
        user_id -> BigInt,
        first_day -> Date,
        last_day -> Date,
        team -> Text,
        department -> Text,
        cost_center -> Text,
    }
}

diesel::joinable!(signal_bodies -> signals (signal_id));
diesel::joinable!(daily_usage -> users (user_id));
diesel::joinable!(daily_activity -> users (user_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(session_activity -> sessions (session));
diesel::joinable!(session_teams -> sessions (session));
diesel::joinable!(ingest_tokens -> connections (connection_id));
diesel::allow_tables_to_appear_in_same_query!(
    signals,
    signal_bodies,
    users,
    sessions,
    session_activity,
    session_usage,
    session_signals,
    session_teams,
    daily_usage,
    daily_activity,
    daily_teams,
    team_periods,
    connections,
    ingest_tokens,
);
