//! Writes down who took figures away, and who looked at those of one person.

use actix_web::{HttpRequest, web};
use daybook_schema::audit_log;

use super::Caller;
use crate::api::export::Format;
use crate::error::ApiError;
use crate::state::{AppState, now_micros};

/// What somebody looks at.
pub struct Look<'a> {
    /// The table or page, e.g. `daily-usage`.
    pub what: &'a str,
    /// Whose figures, where it is one person's.
    pub user: Option<&'a str>,
    /// As what they are taken away, where they are.
    pub format: Format,
}

/// Writes a look down before it is answered, where it has to be: whoever sees figures of one
/// person, or takes away anybody's. One's own are one's own matter.
pub async fn note(
    request: &HttpRequest,
    state: &web::Data<AppState>,
    look: Look<'_>,
) -> Result<(), ApiError> {
    let caller = Caller::let_in(request);
    let is_export = look.format != Format::Json;
    let own = caller.signed_in().map(|signed_in| signed_in.account.email.as_str());
    let of_other = look.user.is_some_and(|user| Some(user) != own);
    if !is_export && !of_other {
        return Ok(());
    }
    let action = if is_export { "figures.export" } else { "figures.view" };
    let subject = look.user.map_or_else(|| "everybody".to_owned(), |user| format!("user:{user}"));
    let entry = caller.did(action, subject, look.what);
    let state = state.clone();
    Ok(web::block(move || state.store.write(|conn| audit_log::record(conn, &entry, now_micros())))
        .await??)
}
