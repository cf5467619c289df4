//! Accounts: the people who sign in, and their roles. None is ever deleted, because the audit
//! log names them.

use diesel::prelude::*;

use crate::store::{StoreConnection, on_backend};
use crate::tables::{accounts, logins};

/// What somebody may see and change. A later one may all that an earlier one may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Their own figures.
    Viewer,
    /// Everybody's figures.
    Manager,
    /// Everything.
    Admin,
}

impl Role {
    /// Every role, the least first.
    pub const ALL: [Role; 3] = [Role::Viewer, Role::Manager, Role::Admin];

    /// As it is stored and published.
    pub fn name(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Manager => "manager",
            Role::Admin => "admin",
        }
    }

    /// The reverse of [`Role::name`].
    pub fn parse(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = accounts)]
pub struct Account {
    pub id: i32,
    /// Trimmed, in small letters.
    pub email: String,
    pub name: String,
    role: String,
    /// argon2id with its parameters and salt.
    pub password_hash: Option<String>,
    /// Issuer and subject of who signs in by OpenID Connect.
    pub provider_subject: Option<String>,
    pub created_at: i64,
    pub disabled_at: Option<i64>,
}

impl Account {
    /// What they may do; the least where the database says something unknown.
    pub fn role(&self) -> Role {
        Role::parse(&self.role).unwrap_or(Role::Viewer)
    }
}

/// An account to be made. Nobody can sign in with it before it has a password or a subject.
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub email: String,
    pub name: String,
    pub role: Role,
    pub provider_subject: Option<String>,
}

/// How an email address is written here.
pub fn canonical_email(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Makes an account; `None` when there is one of this email or subject.
pub fn create(
    connection: &mut StoreConnection<'_>,
    new: &NewAccount,
    now: i64,
) -> QueryResult<Option<Account>> {
    on_backend!(connection, conn => {
        diesel::insert_into(accounts::table)
            .values((
                accounts::email.eq(canonical_email(&new.email)),
                accounts::name.eq(&new.name),
                accounts::role.eq(new.role.name()),
                accounts::provider_subject.eq(new.provider_subject.as_ref()),
                accounts::created_at.eq(now),
            ))
            .on_conflict_do_nothing()
            .returning(Account::as_returning())
            .get_result(*conn)
            .optional()
    })
}

/// Whether there is any account.
pub fn any(connection: &mut StoreConnection<'_>) -> QueryResult<bool> {
    on_backend!(connection, conn => {
        accounts::table
            .select(accounts::id)
            .first::<i32>(*conn)
            .optional()
            .map(|first| first.is_some())
    })
}

/// Every account, by email.
pub fn all(connection: &mut StoreConnection<'_>) -> QueryResult<Vec<Account>> {
    on_backend!(connection, conn => {
        accounts::table.order(accounts::email).select(Account::as_select()).load(*conn)
    })
}

/// The account of an id.
pub fn by_id(connection: &mut StoreConnection<'_>, id: i32) -> QueryResult<Option<Account>> {
    on_backend!(connection, conn => {
        accounts::table.find(id).select(Account::as_select()).first(*conn).optional()
    })
}

/// The account of an email address, however it is written.
pub fn by_email(connection: &mut StoreConnection<'_>, email: &str) -> QueryResult<Option<Account>> {
    on_backend!(connection, conn => {
        accounts::table
            .filter(accounts::email.eq(canonical_email(email)))
            .select(Account::as_select())
            .first(*conn)
            .optional()
    })
}

/// The account of who signs in by OpenID Connect.
pub fn by_subject(
    connection: &mut StoreConnection<'_>,
    subject: &str,
) -> QueryResult<Option<Account>> {
    on_backend!(connection, conn => {
        accounts::table
            .filter(accounts::provider_subject.eq(subject))
            .select(Account::as_select())
            .first(*conn)
            .optional()
    })
}

/// How many other admins can sign in: the last one is neither disabled nor made anything else.
pub fn other_admins(connection: &mut StoreConnection<'_>, id: i32) -> QueryResult<i64> {
    on_backend!(connection, conn => {
        accounts::table
            .filter(accounts::id.ne(id))
            .filter(accounts::role.eq(Role::Admin.name()))
            .filter(accounts::disabled_at.is_null())
            .filter(
                accounts::password_hash.is_not_null().or(accounts::provider_subject.is_not_null()),
            )
            .count()
            .get_result(*conn)
    })
}

/// Gives an account another role, from its next request on.
pub fn set_role(connection: &mut StoreConnection<'_>, id: i32, role: Role) -> QueryResult<()> {
    on_backend!(connection, conn => {
        diesel::update(accounts::table.find(id))
            .set(accounts::role.eq(role.name()))
            .execute(*conn)?
    });
    Ok(())
}

/// Says who it is that signs in by OpenID Connect with an account.
pub fn set_subject(
    connection: &mut StoreConnection<'_>,
    id: i32,
    subject: &str,
) -> QueryResult<()> {
    on_backend!(connection, conn => {
        diesel::update(accounts::table.find(id))
            .set(accounts::provider_subject.eq(Some(subject)))
            .execute(*conn)?
    });
    Ok(())
}

/// Disables an account (`Some(since)`) or enables it, and ends all its logins.
pub fn set_disabled(
    connection: &mut StoreConnection<'_>,
    id: i32,
    since: Option<i64>,
) -> QueryResult<()> {
    on_backend!(connection, conn => {
        diesel::update(accounts::table.find(id))
            .set(accounts::disabled_at.eq(since))
            .execute(*conn)?;
        diesel::delete(logins::table.filter(logins::account_id.eq(id))).execute(*conn)?
    });
    Ok(())
}

/// Gives an account another password, and ends all its logins.
pub fn set_password(
    connection: &mut StoreConnection<'_>,
    id: i32,
    password_hash: &str,
) -> QueryResult<()> {
    on_backend!(connection, conn => {
        diesel::update(accounts::table.find(id))
            .set(accounts::password_hash.eq(Some(password_hash)))
            .execute(*conn)?;
        diesel::delete(logins::table.filter(logins::account_id.eq(id))).execute(*conn)?
    });
    Ok(())
}
