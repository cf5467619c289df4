//! The page of one connection.

use super::*;
use daybook_schema::connections::{Connection, parse_public_id};
use daybook_schema::ingest_tokens::IngestToken;
use daybook_schema::store::StoreConnection;

use steps::Tried;

/// Everything the page says.
pub(super) struct One {
    pub(super) row: Connection,
    pub(super) tokens: Vec<IngestToken>,
    pub(super) state: State,
}

/// Who asks, how they reach this server, and when.
pub(super) struct Asked {
    pub(super) caller: Caller,
    pub(super) address: String,
    pub(super) now: DateTime<Utc>,
}

/// What the page says of what was just done.
#[derive(Clone, Debug, Default)]
pub(super) enum Notice {
    /// Nothing was done.
    #[default]
    Nothing,
    /// It was refused: why, and what to do.
    Refused(String),
    /// A token, to be copied.
    Token { id: String, text: String },
}

/// Answers `GET /connections/{id}`.
pub async fn show(
    request: HttpRequest,
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> HttpResponse {
    let tried = Tried::parse(request.query_string());
    with_notice(&request, &name, &state, StatusCode::OK, &Notice::Nothing, tried).await
}

/// The page, with what was just done.
pub(super) async fn with_notice(
    request: &HttpRequest,
    name: &str,
    state: &web::Data<AppState>,
    status: StatusCode,
    notice: &Notice,
    tried: Option<Tried>,
) -> HttpResponse {
    let now = Utc::now();
    let Some(id) = parse_public_id(name) else {
        return unknown(request);
    };
    match load(state, move |conn| One::load(conn, id, now)).await {
        Ok(Some(one)) => {
            let asked = Asked { caller: Caller::let_in(request), address: address(request), now };
            let page = page(&one, notice, tried.as_ref(), &asked);
            answer_with(request, status, page)
        }
        Ok(None) => unknown(request),
        Err(trouble) => answer(request, PATH, Err(trouble)),
    }
}

impl One {
    /// Reads it; `None` when there is no such connection.
    fn load(
        connection: &mut StoreConnection<'_>,
        id: i32,
        now: DateTime<Utc>,
    ) -> QueryResult<Option<One>> {
        let Some(row) = connections::by_id(connection, id)? else {
            return Ok(None);
        };
        Ok(Some(One {
            row,
            tokens: ingest_tokens::of_connection(connection, id)?,
            state: State::load(connection, id, now)?,
        }))
    }
}

/// The page.
fn page(one: &One, notice: &Notice, tried: Option<&Tried>, asked: &Asked) -> Markup {
    let Asked { caller, now, .. } = asked;
    let now = *now;
    let name = text::plain(&one.row.name);
    let state = &one.state;
    let body = html! {
        div.head {
            h1 { bdi { (&name) } }
            p.range { (public_id(one.row.id)) }
            p { (condition::mark(state.condition(now))) }
        }
        (notice_of(notice))
        (steps::panel(one, tried, asked))
        (health::panel(state, now))
        @if !state.refused.is_empty() {
            (refused::panel("Refused requests", "the latest causes; Claude Code sends only 429 and 503 again", &state.refused, now))
        }
        (tokens::panel(one, asked))
        (settings::panel(one, caller))
        (facts::panel(&one.row, caller))
    };
    layout::page(caller, PATH, &name, &body)
}

/// What was just done.
fn notice_of(notice: &Notice) -> Markup {
    html! {
        @match notice {
            Notice::Nothing => {}
            Notice::Refused(reason) => section.card.state role="alert" {
                p { (status(Status::Warn, "Not done")) " " (text::plain(reason)) }
            },
            Notice::Token { id, text } => section.card.state role="status" {
                h2 { "Token " code { (id) } }
                p { "Whoever has it can send telemetry of this connection, and nothing else." }
                label.secret { span { "Token" } input readonly value=(text) autocomplete="off" spellcheck="false"; }
            },
        }
    }
}

/// There is no such connection.
fn unknown(request: &HttpRequest) -> HttpResponse {
    let body = html! {
        h1 { "There is no such connection" }
        section.card.state {
            p { "It may never have been made: connections are not deleted." }
            p.buttons { a.button.primary href=(PATH) { "Show all connections" } }
        }
    };
    let page = layout::page(&Caller::let_in(request), PATH, "No such connection", &body);
    answer_with(request, StatusCode::NOT_FOUND, page)
}
