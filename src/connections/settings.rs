//! Checks what is to be said of a connection before it is written.

use daybook_schema::connections::{
    CUSTOMER_TYPES, Change, Choice, DEPLOYMENT_KINDS, IDENTITY_ORDERS, SUBSCRIPTION_TYPES,
};

use super::{MAX_NAME_BYTES, NotDone};

/// The settings with the name trimmed; refused when one of them cannot be.
pub fn checked(mut settings: Change) -> Result<Change, NotDone> {
    settings.name = settings.name.map(|name| name.trim().to_owned());
    if settings.name.as_ref().is_some_and(|name| !is_name(name)) {
        return Err(NotDone::Name);
    }
    let order = settings.identity_order.as_deref();
    one_of("identity_order", order, IDENTITY_ORDERS)?;
    let inner = |value: &Option<Option<String>>| value.clone().flatten();
    for (field, value, choices) in [
        ("deployment_kind", inner(&settings.deployment_kind), DEPLOYMENT_KINDS),
        ("customer_type", inner(&settings.customer_type), CUSTOMER_TYPES),
        ("subscription_type", inner(&settings.subscription_type), SUBSCRIPTION_TYPES),
    ] {
        one_of(field, value.as_deref(), choices)?;
    }
    Ok(settings)
}

/// What is changed, in words for the audit log.
pub(super) fn said(settings: &Change) -> String {
    let inner = |value: &Option<Option<String>>| {
        value.as_ref().map(|value| value.clone().unwrap_or_else(|| "none".to_owned()))
    };
    let fields = [
        ("name", settings.name.clone()),
        ("identity_order", settings.identity_order.clone()),
        ("only_needed", settings.only_needed.map(|only| only.to_string())),
        ("deployment_kind", inner(&settings.deployment_kind)),
        ("customer_type", inner(&settings.customer_type)),
        ("subscription_type", inner(&settings.subscription_type)),
    ];
    let given = fields.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?)));
    given.collect::<Vec<_>>().join(" ")
}

/// Whether a text can be a connection's name.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= MAX_NAME_BYTES && !name.chars().any(char::is_control)
}

/// Refuses a value that is none of the choices.
fn one_of(field: &'static str, value: Option<&str>, choices: &[Choice]) -> Result<(), NotDone> {
    match value {
        Some(value) if !choices.iter().any(|choice| choice.value == value) => {
            let values: Vec<&str> = choices.iter().map(|choice| choice.value).collect();
            Err(NotDone::Choice { field, choices: values.join(", ") })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The settings with one field.
    fn named(name: &str) -> Change {
        Change { name: Some(name.to_owned()), ..Change::default() }
    }

    #[test]
    fn a_name_is_trimmed_and_bounded() {
        assert_eq!(checked(named("  Platform ")).unwrap(), named("Platform"));
        for name in ["", "   ", "a\nb", "a\0b", &"x".repeat(201)] {
            assert!(matches!(checked(named(name)), Err(NotDone::Name)), "{name:?}");
        }
    }

    #[test]
    fn a_value_nobody_knows_is_refused_with_those_there_are() {
        let settings =
            Change { deployment_kind: Some(Some("cloud".to_owned())), ..Change::default() };
        let refused = checked(settings).unwrap_err().to_string();
        assert_eq!(
            refused,
            "`deployment_kind` is one of claude_ai, api_key, bedrock, vertex, gateway"
        );
        let taken_away = Change { deployment_kind: Some(None), ..Change::default() };
        assert_eq!(checked(taken_away.clone()).unwrap(), taken_away);
    }
}
