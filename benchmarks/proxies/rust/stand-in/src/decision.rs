//! An endpoint or none, in the form of a decision of kgw.

use std::fmt;
use std::iter;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use http::HeaderMap;
use http::request::Parts;

use crate::Error;

/// Of any variant but the first two this crate makes none.
#[derive(PartialEq)]
pub enum Verdict {
    Forward,
    NoRoute,
    Reject,
    Error,
}

pub struct Decision(DecisionView);

pub struct DecisionView(Option<SocketAddr>);

impl Decision {
    pub fn to(endpoint: Option<SocketAddr>) -> Decision {
        Decision(DecisionView(endpoint))
    }

    pub fn pin(self) -> Result<Decision, Error> {
        Ok(self)
    }

    pub fn take_ticket(&mut self) -> Option<Ticket> {
        self.0.0.map(|_| Ticket)
    }

    pub fn take_mirrors(&mut self) -> impl Iterator<Item = (Mirror<'_>, Ticket)> {
        iter::empty()
    }

    pub fn done(self, _outcome: Outcome) {}
}

impl std::ops::Deref for Decision {
    type Target = DecisionView;

    fn deref(&self) -> &DecisionView {
        &self.0
    }
}

impl DecisionView {
    pub fn verdict(&self) -> Verdict {
        if self.0.is_some() {
            Verdict::Forward
        } else {
            Verdict::NoRoute
        }
    }

    pub fn reason(&self) -> Text {
        Text("no route")
    }

    pub fn cluster(&self) -> Text {
        Text("")
    }

    pub fn endpoint(&self) -> Option<Endpoint<'_>> {
        let address = self.0.as_ref()?;
        Some(Endpoint {
            port: address.port(),
            address,
        })
    }

    pub fn edit_request(&self, _parts: &mut Parts) -> Result<(), Error> {
        Ok(())
    }

    pub fn response(&self) -> Response {
        Response {
            status: None,
            edits: Edits,
            body: Text(""),
        }
    }

    pub fn mirrors(&self) -> impl ExactSizeIterator<Item = Mirror<'_>> {
        iter::empty()
    }

    pub fn timeouts(&self) -> Timeouts {
        Timeouts::default()
    }

    pub fn retry(&self) -> Retry {
        Retry::default()
    }

    pub fn transport(&self) -> Transport {
        Transport::default()
    }
}

#[derive(Clone, Copy)]
pub struct Text(&'static str);

impl Text {
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    pub fn as_bytes(&self) -> &'static [u8] {
        self.0.as_bytes()
    }

    pub fn to_str_lossy(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

pub struct Endpoint<'a> {
    pub port: u16,
    address: &'a SocketAddr,
}

impl Endpoint<'_> {
    pub fn host(&self) -> String {
        self.address.ip().to_string()
    }

    pub fn socket_addr(&self) -> Option<SocketAddr> {
        Some(*self.address)
    }

    pub fn unix_path(&self) -> Option<&Path> {
        None
    }
}

pub struct Response {
    pub status: Option<u16>,
    pub edits: Edits,
    pub body: Text,
}

pub struct Edits;

impl Edits {
    pub fn apply(&self, _headers: &mut HeaderMap) -> Result<(), Error> {
        Ok(())
    }
}

pub struct Mirror<'a> {
    pub authority: Text,
    pub endpoint: Endpoint<'a>,
}

#[derive(Default)]
pub struct Timeouts {
    pub request: Option<Duration>,
    pub backend_request: Option<Duration>,
}

#[derive(Default)]
pub struct Retry {
    pub attempts: u64,
    pub codes: &'static [u16],
    pub backoff: Option<Duration>,
}

#[derive(Default)]
pub struct Transport {
    pub version: Option<HttpVersion>,
    pub tls: Option<()>,
}

#[derive(PartialEq)]
pub enum HttpVersion {
    Http2,
}

pub struct Ticket;

impl Ticket {
    pub fn done(self, _outcome: Outcome) {}
}

#[derive(Clone, Copy)]
pub struct Outcome;

impl Outcome {
    pub fn completed(_status: u16) -> Outcome {
        Outcome
    }

    pub fn connect_failure() -> Outcome {
        Outcome
    }

    pub fn reset() -> Outcome {
        Outcome
    }

    pub fn timeout() -> Outcome {
        Outcome
    }

    pub fn aborted() -> Outcome {
        Outcome
    }

    pub fn latency(self, _latency: Duration) -> Outcome {
        self
    }

    pub fn now_ns(self, _now: i64) -> Outcome {
        self
    }
}
