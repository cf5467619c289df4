//! The list: every connection with how it goes, and a form for one more.

use super::*;
use daybook_schema::connection_health::NO_CONNECTION;
use daybook_schema::connections::{Connection, DEPLOYMENT_KINDS};
use daybook_schema::refused_requests::{self, RefusedRequest};
use daybook_schema::store::StoreConnection;

use crate::access::Who;
use crate::connections::MAX_NAME_BYTES;

/// Everything the page says.
pub(super) struct Listed {
    connections: Vec<(Connection, State)>,
    /// Why requests were refused that carried no token that is known.
    strangers: Vec<RefusedRequest>,
}

/// What was typed into the form, and why it was refused.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub(super) name: String,
    pub(super) deployment_kind: String,
    pub(super) refused: Option<String>,
}

/// Answers `GET /connections`.
pub async fn show(request: HttpRequest, state: web::Data<AppState>) -> HttpResponse {
    answer(&request, PATH, render(&request, &state, &Draft::default()).await)
}

/// The page, with what was typed.
pub(super) async fn render(
    request: &HttpRequest,
    state: &web::Data<AppState>,
    draft: &Draft,
) -> Result<Markup, Trouble> {
    let now = Utc::now();
    let listed = load(state, move |conn| Listed::load(conn, now)).await?;
    Ok(page(&listed, draft, &Caller::let_in(request), now))
}

impl Listed {
    /// Reads it.
    fn load(connection: &mut StoreConnection<'_>, now: DateTime<Utc>) -> QueryResult<Listed> {
        let mut of_all = Vec::new();
        for row in connections::all(connection)? {
            let state = State::load(connection, row.id, now)?;
            of_all.push((row, state));
        }
        let strangers = refused_requests::of(connection, NO_CONNECTION)?;
        Ok(Listed { connections: of_all, strangers })
    }
}

/// The page.
fn page(listed: &Listed, draft: &Draft, caller: &Caller, now: DateTime<Utc>) -> Markup {
    let body = html! {
        div.head { h1 { "Connections" } p.range { "groups of developers who report with the same tokens" } }
        @if listed.connections.is_empty() {
            section.card.state {
                h2 { "No connection yet" }
                p { "Make one below: it gives you the settings that make Claude Code report here." }
            }
        } @else {
            (table(&listed.connections, now))
        }
        (form(draft, caller))
        // Whose these requests are nobody knows: they are the admins' to look at.
        @if !listed.strangers.is_empty() && Who::Admin.lets_in(caller) {
            (refused::panel("Refused without a connection", "no token, or none that is known", &listed.strangers, now))
        }
    };
    layout::page(caller, PATH, "Connections", &body)
}

/// The connections there are.
fn table(rows: &[(Connection, State)], now: DateTime<Utc>) -> Markup {
    html! {
        section.card aria-labelledby="all" {
            h2 #all { "How they are" }
            div.scroll tabindex="0" role="group" aria-labelledby="all" {
                table.sticky {
                    thead {
                        tr {
                            th scope="col" { "Connection" }
                            th scope="col" { "State" }
                            th scope="col" { "Deployment" }
                            th scope="col" { "Last metrics" }
                            th scope="col" { "Last events" }
                            th.number scope="col" { "Users, 24 h" }
                            th.number scope="col" { "Accepted" }
                            th.number scope="col" { "Refused" }
                        }
                    }
                    tbody { @for (row, state) in rows { (line(row, state, now)) } }
                }
            }
        }
    }
}

/// A connection.
fn line(row: &Connection, state: &State, now: DateTime<Utc>) -> Markup {
    let name = text::plain(&row.name);
    let received = &state.received;
    html! {
        tr {
            th scope="row" { a.name href=(path_of(row.id)) title=(name) { bdi { (name) } } }
            td { (condition::mark(state.condition(now))) }
            td { (label_of(row.deployment_kind.as_deref(), DEPLOYMENT_KINDS)) }
            td { (ago(received.last_metrics_at, now)) }
            td { (ago(received.last_logs_at, now)) }
            td.number { (state.users) }
            td.number { (numbers::count(received.accepted)) }
            td.number { (numbers::count(received.refused)) }
        }
    }
}

/// The form for one more.
fn form(draft: &Draft, caller: &Caller) -> Markup {
    let kind = Some(draft.deployment_kind.as_str()).filter(|kind| !kind.is_empty());
    html! {
        section.card aria-labelledby="new" {
            h2 #new { "Make a connection" small { " one for each way your developers sign in, or for each team" } }
            form.facts action=(PATH) method="post" {
                (caller.form_token())
                label {
                    span { "Name" }
                    input name="name" value=(draft.name) maxlength=(MAX_NAME_BYTES) required autocomplete="off" placeholder="Platform team";
                }
                label {
                    span { "How its developers reach a model" }
                    (select("deployment_kind", DEPLOYMENT_KINDS, kind, Some("Not said")))
                }
                div.buttons { button.primary type="submit" { "Make it" } }
                @if let Some(reason) = &draft.refused {
                    p role="alert" { (status(Status::Warn, "Not made")) " " (text::plain(reason)) }
                }
            }
        }
    }
}
