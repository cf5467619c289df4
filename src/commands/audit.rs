//! `daybook audit verify`: whether the audit log is as it was written.

use anyhow::Context;
use daybook_schema::audit_log::{self, Verdict};

use super::create::ready;
use crate::config::AuditCommand;
use crate::tokens::hex;

/// Runs `daybook audit ...`.
pub fn run(command: &AuditCommand) -> anyhow::Result<()> {
    let AuditCommand::Verify { data } = command;
    match ready(data)?.read(audit_log::verify).context("read the audit log")? {
        Verdict::Holds { entries, head } => {
            println!("the audit log holds: {entries} entries, the last hash is {}", hex(&head));
            Ok(())
        }
        Verdict::Broken { at } => anyhow::bail!(
            "the audit log is broken at entry {at}: it is missing, or not as it was written"
        ),
    }
}
