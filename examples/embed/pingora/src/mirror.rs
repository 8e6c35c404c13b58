//! Copies of a request, whose answers nobody waits for.

use std::error::Error;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::HeaderValue;
use http::header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use kgw::{DecisionView, Mirror, Outcome, Ticket};
use pingora_core::connectors::http::Connector;
use pingora_core::protocols::http::client::HttpSession;
use pingora_core::upstreams::peer::HttpPeer;
use pingora_http::RequestHeader;
use tokio::time::timeout;

use crate::exchange::Exchange;
use crate::{headers, peer};

const PATIENCE: Duration = Duration::from_secs(10);

pub struct Mirrors(Arc<Connector>);

impl Mirrors {
    pub fn new() -> Mirrors {
        Mirrors(Arc::new(Connector::new(None)))
    }

    /// With the body that the exchange has kept.
    pub fn send_all(
        &self,
        request: &RequestHeader,
        client: Option<IpAddr>,
        exchange: &mut Exchange,
    ) {
        let Some((decision, body)) = exchange.take_copy() else {
            return;
        };
        let body = Bytes::from(body);
        let copies: Vec<_> = decision
            .mirrors()
            .map(|mirror| copy_for(&mirror, decision, request, client, body.clone()))
            .collect();
        for ((_, ticket), copy) in decision.take_mirrors().zip(copies) {
            match copy {
                Ok(copy) => drop(tokio::spawn(send(self.0.clone(), copy, ticket))),
                Err(error) => eprintln!("a request cannot be mirrored: {error}"),
            }
        }
    }
}

struct Copy {
    host: String,
    port: u16,
    head: RequestHeader,
    body: Bytes,
}

fn copy_for(
    mirror: &Mirror<'_>,
    decision: &DecisionView,
    request: &RequestHeader,
    client: Option<IpAddr>,
    body: Bytes,
) -> Result<Copy, Box<dyn Error>> {
    let mut parts = request.as_owned_parts();
    headers::remove_hop_by_hop(&mut parts.headers);
    if let Some(client) = client {
        headers::add_forwarded(&mut parts.headers, client);
    }
    decision.edit_request(&mut parts)?;
    headers::to_origin_form(&mut parts)?;
    if !mirror.authority.is_empty() {
        let authority = HeaderValue::from_bytes(mirror.authority.as_bytes())?;
        parts.headers.insert(HOST, authority);
    }
    parts.headers.remove(TRANSFER_ENCODING);
    if !body.is_empty() || parts.headers.contains_key(CONTENT_LENGTH) {
        parts.headers.insert(CONTENT_LENGTH, body.len().into());
    }
    Ok(Copy {
        host: mirror.endpoint.host().to_str_lossy().into_owned(),
        port: mirror.endpoint.port,
        head: RequestHeader::from(parts),
        body,
    })
}

async fn send(connections: Arc<Connector>, copy: Copy, ticket: Ticket) {
    let outcome = timeout(PATIENCE, connect_and_send(&connections, copy)).await;
    ticket.done(outcome.unwrap_or(Outcome::timeout()));
}

async fn connect_and_send(connections: &Connector, copy: Copy) -> Outcome {
    let Ok(address) = peer::resolve(&copy.host, copy.port).await else {
        return Outcome::connect_failure();
    };
    let peer = HttpPeer::new(address, false, String::new());
    let Ok((mut session, _)) = connections.get_http_session(&peer).await else {
        return Outcome::connect_failure();
    };
    let start = Instant::now();
    match exchange(&mut session, copy).await {
        Ok(status) => {
            connections.release_http_session(session, &peer, None).await;
            Outcome::completed(status).latency(start.elapsed())
        }
        Err(_) => Outcome::reset(),
    }
}

async fn exchange(session: &mut HttpSession, copy: Copy) -> pingora_core::Result<u16> {
    session.write_request_header(Box::new(copy.head)).await?;
    session.write_request_body(copy.body, true).await?;
    session.finish_request_body().await?;
    session.read_response_header().await?;
    let head = session.response_header();
    let status = head.map_or(0, |head| head.status.as_u16());
    while session.read_response_body().await?.is_some() {} // so that the backend can finish
    Ok(status)
}
