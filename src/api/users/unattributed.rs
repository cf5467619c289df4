//! `GET /api/v1/unattributed`: usage nobody is known of, and whose it may be.

use actix_web::{HttpResponse, web};
use daybook_jobs::people::unattributed::{self, Unattributed};
use daybook_schema::decisions::{self, Decisions};
use daybook_schema::users::public_id;
use serde_json::{Value, json};

use super::of_user;
use crate::error::ApiError;
use crate::state::AppState;

/// Most stand-ins that are listed.
const MOST: i64 = 500;

/// Every stand-in with its usage, the dearest first; a suggestion is accepted by merging.
pub async fn list(state: web::Data<AppState>) -> Result<HttpResponse, ApiError> {
    let (found, decided) = web::block(move || {
        state.store.read(|conn| {
            let decided = decisions::load(conn)?;
            Ok((unattributed::list(conn, &state.keys, &decided, MOST)?, decided))
        })
    })
    .await??;
    let data: Vec<Value> = found.iter().map(|row| shown(row, &decided)).collect();
    Ok(HttpResponse::Ok().json(json!({ "data": data })))
}

/// A stand-in as the API shows it.
fn shown(row: &Unattributed, decided: &Decisions) -> Value {
    let suggestions: Vec<Value> = row
        .suggestions
        .iter()
        .map(|it| {
            json!({
                "user_id": public_id(it.user.id),
                "email": it.user.email,
                "reason": it.reason.name(),
                "because": it.reason.sentence(),
            })
        })
        .collect();
    let mut shown = of_user(&row.user, Some(&row.totals), decided);
    if let Some(fields) = shown.as_object_mut() {
        fields.insert("suggestions".to_owned(), json!(suggestions));
    }
    shown
}
