//! How requests come and go: P10, P11 and P16 to P20.

use std::time::Duration;

use daybook_schema::signals::SignalKind;

use super::Subject;
use crate::conformance::client::Sending;
use crate::conformance::door::Parcel;
use crate::conformance::reply::{Reply, Verdict, WHOLE};

/// Most seconds a client may be told to wait: real ones drop at once what is told more.
const MAX_RETRY_SECS: i64 = 2;

/// How many send at once, and how many requests each.
const SENDERS: usize = 8;
const REQUESTS: usize = 25;

/// P10.
pub(super) fn passing_fault(subject: &Subject) -> anyhow::Result<String> {
    // From outside only a body that stalls can be had; it must not be called the client's fault.
    let sample = subject.person("p10").uses(&[1.0]);
    let mut parcel = subject.parcel(SignalKind::Metrics, &sample);
    parcel.sending = Sending::Stalls;
    let reply = subject.door.send(&parcel)?;
    reply.expect(&Verdict::TryAgain, "a body that stalls")?;
    assert_says_when(&reply)?;
    Ok("a body that stalls; faults inside the server cannot be had from outside".to_owned())
}

/// Fails unless it is said when to come again, and soon enough.
fn assert_says_when(reply: &Reply) -> anyhow::Result<()> {
    let retry = reply.retry_in_secs;
    anyhow::ensure!(
        retry.is_some_and(|seconds| (1..=MAX_RETRY_SECS).contains(&seconds)),
        "status {} says to come again in {retry:?} s",
        reply.status
    );
    Ok(())
}

/// P11.
pub(super) fn overload(subject: &Subject) -> anyhow::Result<String> {
    let person = subject.person("p11");
    let senders = SENDERS.saturating_mul(4);
    let replies: Vec<Vec<Reply>> = together(senders, |_| {
        let mut client = subject.door.open()?;
        (0..REQUESTS)
            .map(|_| {
                let parcel = subject.parcel(SignalKind::Logs, &person.uses(&[1.0]));
                subject.door.send_over(&mut client, &parcel)
            })
            .collect()
    })?;
    let mut accepted = 0_i64;
    for reply in replies.iter().flatten() {
        match reply.verdict {
            Verdict::TryAgain => assert_says_when(reply)?,
            _ => {
                reply.expect(&WHOLE, "under load")?;
                accepted = accepted.saturating_add(1);
            }
        }
    }
    let seen = subject.assert_counted(&person, accepted)?;
    let all = senders.saturating_mul(REQUESTS);
    Ok(format!("{senders} at once: {accepted} of {all} accepted ({seen}), others told when"))
}

/// Does something in several threads at once.
fn together<Outcome: Send>(
    threads: usize,
    task: impl Fn(usize) -> anyhow::Result<Outcome> + Sync,
) -> anyhow::Result<Vec<Outcome>> {
    std::thread::scope(|scope| {
        let task = &task;
        let running: Vec<_> =
            (0..threads).map(|number| scope.spawn(move || task(number))).collect();
        running
            .into_iter()
            .map(|thread| thread.join().map_err(|_| anyhow::anyhow!("a thread panicked"))?)
            .collect()
    })
}

/// P16.
pub(super) fn reuse(subject: &Subject) -> anyhow::Result<String> {
    let person = subject.person("p16");
    let mut client = subject.door.open()?;
    let mut sent = 0_i64;
    for place in 0..REQUESTS.saturating_mul(2) {
        let mut parcel = subject.parcel(SignalKind::Metrics, &person.uses(&[1.0]));
        // Some clients send chunks without a length.
        if place % 2 == 1 {
            parcel.sending = Sending::Chunks(100);
        }
        subject.door.send_over(&mut client, &parcel)?.expect(&WHOLE, "one of many")?;
        sent = sent.saturating_add(1);
    }
    std::thread::sleep(subject.idle);
    let parcel = subject.parcel(SignalKind::Metrics, &person.uses(&[1.0]));
    subject.door.send_over(&mut client, &parcel)?.expect(&WHOLE, "after a pause")?;
    let seen = subject.assert_counted(&person, sent.saturating_add(1))?;
    let idle = subject.idle.as_secs();
    Ok(format!(
        "{sent} requests on one connection, half in chunks, one more {idle} s later, {seen}"
    ))
}

/// P17.
pub(super) fn side_by_side(subject: &Subject) -> anyhow::Result<String> {
    let person = subject.person("p17");
    let all: Vec<Parcel<'_>> = (0..SENDERS * REQUESTS)
        .map(|_| subject.parcel(SignalKind::Metrics, &person.uses(&[1.0, 1.0])))
        .collect();
    let last = all.len();
    together(SENDERS, |thread| {
        // Each sends a quarter of everything, in an order of its own: two send each request.
        let mut client = subject.door.open()?;
        for place in 0..last / 4 {
            let parcel = all.get((place * 3 + thread * last / SENDERS) % last);
            if let Some(parcel) = parcel {
                subject.door.send_over(&mut client, parcel)?.expect(&WHOLE, "side by side")?;
            }
        }
        Ok(())
    })?;
    for parcel in &all {
        subject.accept(parcel, "once more, in order")?;
    }
    let tokens = i64::try_from(last).unwrap_or_default().saturating_mul(2);
    let seen = subject.assert_counted(&person, tokens)?;
    Ok(format!("{last} requests by {SENDERS} at once in any order, and again, {seen}"))
}

/// P18.
pub(super) fn lost_answer(subject: &Subject) -> anyhow::Result<String> {
    abandoned(subject, "p18", &[0, 1, 2, 5])
}

/// P19.
pub(super) fn unread(subject: &Subject) -> anyhow::Result<String> {
    abandoned(subject, "p19", &[300, 300])
}

/// Sends requests, leaves before the answer after some milliseconds, and sends them again.
fn abandoned(subject: &Subject, name: &str, glances: &[u64]) -> anyhow::Result<String> {
    let person = subject.person(name);
    for millis in glances {
        let parcel = subject.parcel(SignalKind::Metrics, &person.uses(&[1.0]));
        subject.door.abandon(&parcel, Duration::from_millis(*millis))?;
        subject.accept(&parcel, "the same bytes again")?;
    }
    let tokens = i64::try_from(glances.len()).unwrap_or_default();
    let seen = subject.assert_counted(&person, tokens)?;
    Ok(format!("{tokens} answers left unread after {glances:?} ms, sent again, {seen}"))
}

/// P20.
pub(super) fn counted(subject: &Subject) -> anyhow::Result<String> {
    let person = subject.person("p20");
    let parcels: Vec<Parcel<'_>> = (0..REQUESTS)
        .map(|_| subject.parcel(SignalKind::Logs, &person.uses(&[1.0, 1.0, 1.0])))
        .collect();
    let tokens = i64::try_from(REQUESTS).unwrap_or_default().saturating_mul(3);
    for round in ["first", "second"] {
        for parcel in &parcels {
            subject.accept(parcel, round)?;
        }
        subject.assert_counted(&person, tokens)?;
    }
    let seen = subject.assert_counted(&person, tokens)?;
    Ok(format!("{REQUESTS} acknowledged requests, sent twice, {seen}; power cuts are for tests"))
}
