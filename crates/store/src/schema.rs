//! The tables as diesel sees them; the columns stand in `migrations/*/…/up.sql`.

diesel::table! {
    resource (pk) {
        pk -> BigInt,
        rtype -> Text,
        id -> Text,
        version -> BigInt,
        last_updated -> BigInt,
        patient -> Nullable<Text>,
        owner -> Nullable<Text>,
        deleted -> Bool,
        seq -> BigInt,
        body -> Binary,
    }
}

diesel::table! {
    history (resource, version) {
        resource -> BigInt,
        version -> BigInt,
        last_updated -> BigInt,
        patient -> Nullable<Text>,
        owner -> Nullable<Text>,
        deleted -> Bool,
        seq -> BigInt,
        body -> Binary,
        method -> Text,
    }
}

diesel::table! {
    change (seq) {
        seq -> BigInt,
        rtype -> Text,
        id -> Text,
        version -> BigInt,
        kind -> Text,
        patient -> Nullable<Text>,
        owner -> Nullable<Text>,
    }
}

diesel::table! {
    idx_token (rtype, param, code, system, resource) {
        resource -> BigInt,
        rtype -> Text,
        param -> Text,
        system -> Text,
        code -> Text,
    }
}

diesel::table! {
    idx_reference (rtype, param, target_id, target_type, value, system, resource) {
        resource -> BigInt,
        rtype -> Text,
        param -> Text,
        target_type -> Text,
        target_id -> Text,
        system -> Text,
        value -> Text,
        person -> Text,
    }
}

diesel::table! {
    idx_date (rtype, param, low, high, resource) {
        resource -> BigInt,
        rtype -> Text,
        param -> Text,
        low -> BigInt,
        high -> BigInt,
    }
}

diesel::table! {
    idx_text (rtype, param, head, resource) {
        resource -> BigInt,
        rtype -> Text,
        param -> Text,
        head -> Text,
        folded -> Text,
        exact -> Text,
    }
}

diesel::table! {
    idx_uri (rtype, param, value, resource) {
        resource -> BigInt,
        rtype -> Text,
        param -> Text,
        value -> Text,
    }
}

diesel::table! {
    claim (key) {
        key -> Text,
        resource -> BigInt,
    }
}

diesel::table! {
    access_grant (source, number) {
        source -> BigInt,
        number -> BigInt,
        patient -> Text,
        organisation -> Text,
        reach -> Text,
        basis -> Text,
        valid_from -> BigInt,
        valid_to -> BigInt,
    }
}

diesel::table! {
    person (key) {
        key -> Text,
        created -> BigInt,
    }
}

diesel::table! {
    person_identifier (system, value) {
        system -> Text,
        value -> Text,
        person -> Text,
    }
}

diesel::table! {
    audit (tenant, number) {
        tenant -> Text,
        number -> BigInt,
        id -> Text,
        at -> BigInt,
        request_id -> Text,
        client -> Text,
        person -> Nullable<Text>,
        action -> Text,
        interaction -> Text,
        target -> Nullable<Text>,
        status -> BigInt,
        patient -> Nullable<Text>,
        basis -> Text,
        shown -> Text,
        hash -> Text,
    }
}

diesel::table! {
    audit_head (tenant) {
        tenant -> Text,
        number -> BigInt,
        hash -> Text,
        runs -> BigInt,
    }
}

diesel::table! {
    outbox (id) {
        id -> BigInt,
        at -> BigInt,
        kind -> Text,
        organisation -> Text,
        focus -> Text,
        due -> BigInt,
        attempts -> BigInt,
    }
}

diesel::table! {
    lease (name) {
        name -> Text,
        holder -> Text,
        until -> BigInt,
    }
}

diesel::table! {
    seen_once (key_hash) {
        key_hash -> Text,
        kind -> Text,
        until -> BigInt,
    }
}

diesel::table! {
    answered (key_hash) {
        key_hash -> Text,
        request_hash -> Text,
        until -> BigInt,
        head -> Text,
        body -> Nullable<Binary>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(resource, history, claim, idx_token, access_grant);

/// Every table, for the counts.
pub(crate) const TABLES: [&str; 20] = [
    "access_grant",
    "answered",
    "audit",
    "audit_head",
    "audit_run",
    "change",
    "claim",
    "history",
    "idx_date",
    "idx_reference",
    "idx_text",
    "idx_token",
    "idx_uri",
    "lease",
    "outbox",
    "person",
    "person_identifier",
    "resource",
    "secret",
    "seen_once",
];
