//! A door of the server that is asked, whatever it speaks.

use daybook_schema::signals::SignalKind;

use super::client::{Client, Message, Protocol, Sending};
use super::grpc;
use super::reply::{self, Reply};
use super::target::Target;
use super::telemetry::SIGNALS;

/// How a door is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    Protobuf,
    Json,
    Grpc,
}

impl Wire {
    /// What stands above its column.
    pub fn title(self) -> &'static str {
        match self {
            Wire::Protobuf => "HTTP protobuf",
            Wire::Json => "HTTP JSON",
            Wire::Grpc => "gRPC",
        }
    }

    /// The media type of its requests and answers.
    pub fn media(self) -> &'static str {
        match self {
            Wire::Protobuf => "application/x-protobuf",
            Wire::Json => "application/json",
            Wire::Grpc => "application/grpc",
        }
    }
}

/// A door, and a token that opens it.
#[derive(Clone, Debug)]
pub struct Door {
    pub wire: Wire,
    pub target: Target,
    pub token: String,
}

/// Which token is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Right,
    Wrong,
    Nothing,
}

/// A request on its way to a door.
#[derive(Clone, Debug)]
pub struct Parcel<'a> {
    pub kind: SignalKind,
    /// Packed as `encoding` says; gRPC's prefix is put in front.
    pub body: Vec<u8>,
    pub encoding: &'a str,
    pub shown: Shown,
    pub method: &'a str,
    /// Another path than the standard one.
    pub path: Option<&'a str>,
    /// Another media type than the wire's own.
    pub media: Option<&'a str>,
    pub sending: Sending,
}

impl<'a> Parcel<'a> {
    /// A request as any client sends it.
    pub fn new(kind: SignalKind, body: Vec<u8>) -> Parcel<'a> {
        Parcel {
            kind,
            body,
            encoding: "identity",
            shown: Shown::Right,
            method: "POST",
            path: None,
            media: None,
            sending: Sending::Whole,
        }
    }
}

impl Door {
    /// Opens a connection.
    pub fn open(&self) -> anyhow::Result<Client> {
        let protocol = if self.wire == Wire::Grpc { Protocol::Http2 } else { Protocol::Http1 };
        Client::open(&self.target, protocol)
    }

    /// Sends a parcel over a connection of its own.
    pub fn send(&self, parcel: &Parcel<'_>) -> anyhow::Result<Reply> {
        self.send_over(&mut self.open()?, parcel)
    }

    /// Sends a parcel over a connection.
    pub fn send_over(&self, client: &mut Client, parcel: &Parcel<'_>) -> anyhow::Result<Reply> {
        let path = self.path(parcel);
        let answer = client.send(&self.message(parcel, &path))?;
        if self.wire == Wire::Grpc {
            reply::of_grpc(&answer)
        } else {
            Ok(reply::of_http(&answer, parcel.kind))
        }
    }

    /// Sends a parcel and goes away without reading the answer.
    pub fn abandon(&self, parcel: &Parcel<'_>, glance: std::time::Duration) -> anyhow::Result<()> {
        let path = self.path(parcel);
        self.open()?.abandon(&self.message(parcel, &path), glance)
    }

    /// Where a parcel goes.
    fn path(&self, parcel: &Parcel<'_>) -> String {
        let name = SIGNALS.iter().find(|(kind, _)| *kind == parcel.kind).map_or("", |(_, n)| n);
        match (parcel.path, self.wire) {
            (Some(path), _) => path.to_owned(),
            (None, Wire::Grpc) => grpc::export_path(name),
            (None, _) => format!("/v1/{name}"),
        }
    }

    /// A parcel as its wire wants it.
    fn message<'a>(&self, parcel: &'a Parcel<'_>, path: &'a str) -> Message<'a> {
        let media = parcel.media.unwrap_or_else(|| self.wire.media()).to_owned();
        let mut headers = vec![("content-type", media)];
        match parcel.shown {
            Shown::Right => headers.push(("authorization", format!("Bearer {}", self.token))),
            Shown::Wrong => headers.push(("authorization", "Bearer nobody".to_owned())),
            Shown::Nothing => {}
        }
        let is_packed = parcel.encoding != "identity";
        let mut body = parcel.body.clone();
        if self.wire == Wire::Grpc {
            headers.push(("te", "trailers".to_owned()));
            body = grpc::frame(is_packed, &body);
        }
        if is_packed {
            let name = if self.wire == Wire::Grpc { "grpc-encoding" } else { "content-encoding" };
            headers.push((name, parcel.encoding.to_owned()));
        }
        Message { method: parcel.method, path, headers, body, sending: parcel.sending }
    }
}
