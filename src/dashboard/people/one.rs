//! The page of one user.

use super::*;
use daybook_jobs::people::identities::{self as of, Identity};
use daybook_schema::QueryResult;
use daybook_schema::audit_log;
use daybook_schema::decisions;
use daybook_schema::erasures::{self, Erasure};
use daybook_schema::people;
use daybook_schema::store::StoreConnection;
use daybook_schema::users::{self, parse_public_id};

use super::team::Placed;
use crate::access::Who;
use crate::state::now_micros;

/// Everything the page says.
pub(super) struct One {
    pub(super) user: User,
    pub(super) totals: Totals,
    pub(super) identities: Vec<Identity>,
    /// To whom the usage goes, if to another.
    pub(super) owner: Option<User>,
    pub(super) erasure: Option<Erasure>,
    pub(super) placed: Placed,
}

/// Answers `GET /users/{id}`; that somebody looked is written down.
pub async fn show(
    request: HttpRequest,
    name: web::Path<String>,
    state: web::Data<AppState>,
) -> HttpResponse {
    let caller = Caller::let_in(&request);
    let Some(id) = parse_public_id(&name) else {
        return unknown(&request);
    };
    let entry = caller.did("user.view", public_id(id), "");
    let writing = state.clone();
    let noted = web::block(move || {
        writing.store.write(|conn| match users::by_id(conn, &[id])?.is_empty() {
            true => Ok(()),
            false => audit_log::record(conn, &entry, now_micros()),
        })
    });
    if !matches!(noted.await, Ok(Ok(()))) {
        return answer(&request, PATH, Err(Trouble::Unavailable));
    }
    let keys = state.keys.clone();
    match load(&state, move |conn| One::load(conn, &keys, id)).await {
        Ok(Some(one)) => answer(&request, PATH, Ok(page(&one, &caller))),
        Ok(None) => unknown(&request),
        Err(trouble) => answer(&request, PATH, Err(trouble)),
    }
}

impl One {
    /// Reads it; `None` when there is no such user.
    pub(super) fn load(
        connection: &mut StoreConnection<'_>,
        keys: &daybook_jobs::keys::Keys,
        id: i64,
    ) -> QueryResult<Option<One>> {
        let Some(user) = users::by_id(connection, &[id])?.pop() else {
            return Ok(None);
        };
        let decided = decisions::load(connection)?;
        let owner = Some(decided.owner(id)).filter(|owner| *owner != id);
        let owner = match owner {
            Some(owner) => users::by_id(connection, &[owner])?.pop(),
            None => None,
        };
        let totals = people::totals(connection, &[id])?.get(&id).copied().unwrap_or_default();
        let identities = of::of_user(connection, keys, &decided, id)?;
        let erasure = erasures::of_user(connection, id)?;
        let placed = Placed::load(connection, id)?;
        Ok(Some(One { user, totals, identities, owner, erasure, placed }))
    }
}

/// The page.
fn page(one: &One, caller: &Caller) -> Markup {
    let name = called(&one.user);
    let may_decide = Who::Admin.lets_in(caller) && one.erasure.is_none();
    let body = html! {
        div.head {
            h1 { bdi { (name) } }
            p.range { (public_id(one.user.id)) }
            @if let Some(email) = &one.user.email {
                div.actions {
                    a.button href={ "/daily?user=" (encoded(email)) } { "Days and models" }
                    @if may_decide {
                        a.button href={ "/api/v1/users/" (public_id(one.user.id)) "/export" } download { "Export" }
                    }
                }
            }
        }
        (standing(one))
        section.card aria-labelledby="in-all" {
            h2 #in-all { "In all" small { " over all time, UTC" } }
            div.scroll tabindex="0" role="group" aria-labelledby="in-all" {
                table { thead { tr { (figure_heads()) } } tbody { tr { (figures(&one.totals)) } } }
            }
        }
        (super::team::panel(&one.placed, caller))
        (super::identities::panel(one, caller, may_decide))
        @if may_decide { (decide::panels(one, caller)) }
    };
    layout::page(caller, PATH, &name, &body)
}

/// Where the usage is, when it is not here or nobody's name is left.
fn standing(one: &One) -> Markup {
    html! {
        @if let Some(owner) = &one.owner {
            p.banner {
                (status(Status::Off, "Merged"))
                " The usage of this user is that of " a href=(path_of(owner.id)) { bdi { (called(owner)) } } "."
            }
        }
        @if let Some(erasure) = &one.erasure {
            p.banner {
                (status(Status::Off, "Erased"))
                " Nothing names this user any more, on " (day(Some(erasure.erased_at))) ". "
                @if erasure.pending.is_some() { "Kept telemetry is still being gone through." }
            }
        }
    }
}

/// A text in a query.
fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// There is no such user.
pub(super) fn unknown(request: &HttpRequest) -> HttpResponse {
    let body = html! {
        h1 { "There is no such user" }
        section.card.state {
            p { "What stood in for somebody is gone once all of it is theirs." }
            p.buttons { a.button.primary href=(PATH) { "Show all users" } }
        }
    };
    let page = layout::page(&Caller::let_in(request), PATH, "No such user", &body);
    answer_with(request, StatusCode::NOT_FOUND, page)
}
