//! What names a user, why, and a way to say that it does not.

use super::one::One;
use super::*;
use daybook_jobs::people::identities::{Identity, Origin};
use daybook_schema::users::identity;

/// The panel.
pub(super) fn panel(one: &One, caller: &Caller, may_decide: bool) -> Markup {
    html! {
        section.card #identities aria-labelledby="what-names" {
            h2 #what-names { "Identities" small { " what telemetry or a merge says this user is" } }
            div.scroll tabindex="0" role="group" aria-labelledby="what-names" {
                table.sticky.rows {
                    thead {
                        tr {
                            th scope="col" { "Identity" }
                            th scope="col" { "Kind" }
                            th scope="col" { "Why" }
                            th scope="col" { "Since" }
                            th scope="col" { "Counts" }
                            @if may_decide { th scope="col" { "Change" } }
                        }
                    }
                    tbody { @for row in &one.identities { (line(row, one, caller, may_decide)) } }
                }
            }
        }
    }
}

/// An identity.
fn line(row: &Identity, one: &One, caller: &Caller, may_decide: bool) -> Markup {
    html! {
        tr {
            th scope="row" { bdi { (text::plain(&row.value)) } }
            td { (row.kind) }
            td { (why(row.origin)) }
            td { (day(row.first_time)) }
            td { (counts(row)) }
            @if may_decide {
                td {
                    @if row.origin != Origin::Own && !row.split {
                        form action=(path_of(one.user.id)) method="post" {
                            (caller.form_token())
                            input type="hidden" name="identity" value={ "idn_" (format!("{:016x}", row.id.cast_unsigned())) };
                            button type="submit" name="action" value="split" aria-label={ "Split " (text::plain(&row.value)) "…" } { "Split…" }
                        }
                    }
                }
            }
        }
    }
}

/// Why an identity is the user's.
fn why(origin: Origin) -> &'static str {
    match origin {
        Origin::Own => "what the user is made by",
        Origin::Telemetry => "stood beside the email",
        Origin::Merge => "merged",
    }
}

/// Whether what names nobody else goes by it.
fn counts(row: &Identity) -> Markup {
    html! {
        @if row.split { (status(Status::Off, "Split off")) }
        @else if row.attributes { (status(Status::Ok, "Yes")) }
        @else if row.kind == identity::EMAIL { (status(Status::Off, "Shown only")) }
        @else { (status(Status::Off, "Somebody else's first")) }
    }
}
