//! What is said of a connection: a form.

use daybook_schema::connections::{
    CUSTOMER_TYPES, Connection, DEPLOYMENT_KINDS, IDENTITY_ORDERS, SUBSCRIPTION_TYPES,
};

use super::*;
use crate::connections::MAX_NAME_BYTES;

/// The panel.
pub(super) fn panel(row: &Connection, caller: &Caller) -> Markup {
    let unsaid = Some("Not said");
    html! {
        section.card #facts aria-labelledby="about" {
            h2 #about { "About this connection" }
            form.facts action={ (path_of(row.id)) "#facts" } method="post" {
                (caller.form_token())
                label {
                    span { "Name" }
                    input name="name" value=(row.name) maxlength=(MAX_NAME_BYTES) required autocomplete="off";
                }
                label {
                    span { "How its developers reach a model" }
                    (select("deployment_kind", DEPLOYMENT_KINDS, row.deployment_kind.as_deref(), unsaid))
                }
                label {
                    span { "Customer type, for the analytics API" }
                    (select("customer_type", CUSTOMER_TYPES, row.customer_type.as_deref(), unsaid))
                }
                label {
                    span { "Subscription, for the analytics API" }
                    (select("subscription_type", SUBSCRIPTION_TYPES, row.subscription_type.as_deref(), unsaid))
                }
                label {
                    span { "Whose email wins where two are given" }
                    (select("identity_order", IDENTITY_ORDERS, Some(&row.identity_order), None))
                }
                label {
                    span { "What is kept of its telemetry" }
                    select name="only_needed" {
                        option value="false" selected[!row.only_needed] { "Everything, redacted" }
                        option value="true" selected[row.only_needed] { "Only what usage is counted by" }
                    }
                }
                div.buttons { button type="submit" { "Save" } }
                p.muted { "What is counted already keeps the email it was counted by; " code { "daybook rebuild" } " counts it again." }
            }
        }
    }
}
