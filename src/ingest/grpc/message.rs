//! Reads the one message of a call, within its limit. Holds no more of it than has arrived.

use std::sync::Arc;

use actix_web::web::{Bytes, BytesMut};
use http_body_util::BodyExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::body::Body;

use super::answer::Refusal;
use crate::ingest::answer::Refused;
use crate::ingest::take_in::too_many_bytes;

/// Bytes in front of a message: whether it is packed, and its length.
const PREFIX_BYTES: usize = 5;

/// A message as it was sent.
pub(super) struct Message {
    pub(super) is_packed: bool,
    pub(super) bytes: Bytes,
    /// Its share of what may be held at once.
    _held: Held,
}

/// Reads the message of a call; refuses more than `max` bytes by their announced length.
pub(super) async fn read(
    mut body: Body,
    max: usize,
    kilobytes: Arc<Semaphore>,
) -> Result<Message, Refusal> {
    let mut arrived = BytesMut::new();
    let mut held = Held { kilobytes, permit: None };
    let mut announced = None;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Refusal::broken_off())?.into_data() else {
            continue;
        };
        held.grow_to(arrived.len().saturating_add(data.len()))?;
        arrived.extend_from_slice(&data);
        if announced.is_none() {
            announced = prefix(&arrived)?;
        }
        let Some((_, length)) = announced else {
            continue;
        };
        if length > max {
            return Err(too_many_bytes(max).into());
        }
        if arrived.len() > PREFIX_BYTES.saturating_add(length) {
            return Err(Refusal::several_messages());
        }
    }
    let (is_packed, length) = announced.ok_or_else(Refusal::broken_off)?;
    let bytes = arrived.split_off(PREFIX_BYTES).freeze();
    if bytes.len() < length {
        return Err(Refusal::broken_off());
    }
    Ok(Message { is_packed, bytes, _held: held })
}

/// Reads what stands in front of a message, as soon as it is there.
fn prefix(arrived: &[u8]) -> Result<Option<(bool, usize)>, Refusal> {
    let Some(([flag, length @ ..], _)) = arrived.split_first_chunk::<PREFIX_BYTES>() else {
        return Ok(None);
    };
    let is_packed = match flag {
        0 => false,
        1 => true,
        _ => return Err(Refusal::broken_prefix()),
    };
    let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
    Ok(Some((is_packed, length)))
}

/// What a message takes of the memory all messages share.
struct Held {
    kilobytes: Arc<Semaphore>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Held {
    /// Takes room for so many bytes in all; too little room is overload, which passes.
    fn grow_to(&mut self, bytes: usize) -> Result<(), Refused> {
        let has = self.permit.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let more = (bytes / 1024 + 1).saturating_sub(has);
        if more == 0 {
            return Ok(());
        }
        let more = u32::try_from(more).unwrap_or(u32::MAX);
        let permit = Arc::clone(&self.kilobytes).try_acquire_many_owned(more).map_err(|_| {
            Refused::try_again("too much is arriving at once; it is sent again by itself")
        })?;
        match &mut self.permit {
            Some(held) => held.merge(permit),
            none => *none = Some(permit),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_read_when_all_of_it_is_there() {
        assert!(matches!(prefix(&[0, 0, 0, 1]), Ok(None)));
        assert!(matches!(prefix(&[0, 0, 0, 1, 2]), Ok(Some((false, 258)))));
        assert!(matches!(prefix(&[1, 0, 0, 0, 7, 9]), Ok(Some((true, 7)))));
        assert!(prefix(&[2, 0, 0, 0, 0]).is_err());
    }

    #[test]
    fn messages_share_their_memory_and_give_it_back() {
        let kilobytes = Arc::new(Semaphore::new(10));
        let mut held = Held { kilobytes: Arc::clone(&kilobytes), permit: None };
        assert!(held.grow_to(1).is_ok() && held.grow_to(9000).is_ok());
        assert_eq!(kilobytes.available_permits(), 1);
        let mut other = Held { kilobytes: Arc::clone(&kilobytes), permit: None };
        assert!(other.grow_to(1024).is_err(), "two kilobytes are too much");
        drop(held);
        assert!(other.grow_to(9000).is_ok());
    }
}
