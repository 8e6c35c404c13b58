//! One try: a request to an endpoint, up to the head of its answer.

use std::error::Error as _;
use std::time::{Duration, Instant};

use hyper::body::Incoming;
use hyper::header::HOST;
use hyper::header::HeaderValue;
use hyper::http::request::Parts;
use hyper::http::uri::{Authority, PathAndQuery, Scheme};
use hyper::{Request, Response, StatusCode, Uri, Version};
use kgw::{DecisionView, Endpoint, Outcome};
use tokio::time::timeout_at;

use crate::headers;
use crate::proxy::{Body, BoxError, Proxy};
use crate::serve::Arrival;

/// How a try failed.
pub enum Failure {
    /// No connection.
    Connect,
    /// The connection broke, or what came is no HTTP.
    Reset,
    /// It took too long.
    Timeout,
    /// The client broke off its body.
    Client,
    /// The request cannot be written.
    Request(BoxError),
}

impl Failure {
    pub fn outcome(&self) -> Outcome {
        match self {
            Failure::Connect => Outcome::connect_failure(),
            Failure::Reset => Outcome::reset(),
            Failure::Timeout => Outcome::timeout(),
            Failure::Client | Failure::Request(_) => Outcome::aborted(),
        }
    }

    /// The status and text of the answer, if nothing better is to be had.
    pub fn answer(&self) -> (StatusCode, &'static str) {
        match self {
            Failure::Connect | Failure::Reset => (
                StatusCode::SERVICE_UNAVAILABLE,
                "the backend cannot be reached\n",
            ),
            Failure::Timeout => (StatusCode::GATEWAY_TIMEOUT, "the backend took too long\n"),
            Failure::Client => (StatusCode::BAD_REQUEST, "the body is broken\n"),
            Failure::Request(_) => (StatusCode::BAD_GATEWAY, "the request cannot be forwarded\n"),
        }
    }

    /// Whether another try would fail in the same way.
    pub fn is_final(&self) -> bool {
        matches!(self, Failure::Client | Failure::Request(_))
    }

    /// Whether the backend may have acted on the request.
    pub fn is_uncertain(&self) -> bool {
        matches!(self, Failure::Reset | Failure::Timeout)
    }
}

/// An answer whose body is still to come.
pub struct Head {
    pub response: Response<Incoming>,
    pub latency: Duration,
}

impl Head {
    pub fn outcome(&self) -> Outcome {
        Outcome::completed(self.response.status().as_u16()).latency(self.latency)
    }
}

/// Sends a request, and waits for the head of the answer until `limit`.
pub async fn send(
    proxy: &Proxy,
    request: Request<Body>,
    limit: Option<Instant>,
) -> Result<Head, Failure> {
    let start = Instant::now();
    let answer = proxy.backends.request(request);
    let answer = match limit {
        Some(limit) => timeout_at(limit.into(), answer)
            .await
            .map_err(|_| Failure::Timeout)?,
        None => answer.await,
    };
    let response = answer.map_err(|error| {
        let cause = error
            .source()
            .and_then(|cause| cause.downcast_ref::<hyper::Error>());
        match cause {
            _ if error.is_connect() => Failure::Connect,
            Some(cause) if cause.is_user() => Failure::Client,
            _ => Failure::Reset,
        }
    })?;
    Ok(Head {
        response,
        latency: start.elapsed(),
    })
}

/// The request that came, as the decision wants it to be sent to this endpoint. A mirror has an
/// authority of its own.
pub fn request_for(
    parts: &Parts,
    arrival: &Arrival,
    decision: &DecisionView,
    endpoint: &Endpoint<'_>,
    mirror_authority: Option<&[u8]>,
    body: Body,
) -> Result<Request<Body>, BoxError> {
    let mut parts = parts.clone();
    headers::remove_hop_by_hop(&mut parts.headers);
    headers::add_forwarded(&mut parts.headers, arrival.peer.ip());
    decision.edit_request(&mut parts)?;
    let authority = mirror_authority.or(parts.uri.authority().map(|a| a.as_str().as_bytes()));
    if let Some(authority) = authority {
        parts
            .headers
            .insert(HOST, HeaderValue::from_bytes(authority)?);
    }
    let target = parts.uri.path_and_query().cloned();
    parts.uri = Uri::builder()
        .scheme(Scheme::HTTP)
        .authority(authority_of(endpoint)?)
        .path_and_query(target.unwrap_or(PathAndQuery::from_static("/")))
        .build()?;
    parts.version = Version::HTTP_11;
    Ok(Request::from_parts(parts, body))
}

fn authority_of(endpoint: &Endpoint<'_>) -> Result<Authority, BoxError> {
    if endpoint.unix_path().is_some() {
        return Err("Unix sockets are not spoken to here".into());
    }
    let text = match endpoint.socket_addr() {
        Some(address) => address.to_string(),
        None => format!("{}:{}", endpoint.host(), endpoint.port),
    };
    Ok(text.try_into()?)
}
