//! Reads the one message of a call, within its limit. Holds no more of it than has arrived.

use actix_web::web::{Bytes, BytesMut};
use http_body_util::BodyExt;
use tonic::body::Body;

use super::answer::Refusal;
use crate::ingest::arriving::{Arriving, Held};
use crate::ingest::take_in::too_many_bytes;

/// Bytes in front of a message: whether it is packed, and its length.
const PREFIX_BYTES: usize = 5;

/// A message as it was sent.
pub(super) struct Message {
    pub(super) is_packed: bool,
    pub(super) bytes: Bytes,
    /// Its share of what may be arriving at once.
    _held: Held,
}

/// Reads the message of a call; refuses more than `max` bytes by their announced length.
pub(super) async fn read(
    mut body: Body,
    max: usize,
    arriving: &Arriving,
) -> Result<Message, Refusal> {
    let mut arrived = BytesMut::new();
    let mut held = arriving.hold();
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
}
