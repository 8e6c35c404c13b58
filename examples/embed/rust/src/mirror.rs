//! Copies of a request, whose answers nobody waits for.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::BodyExt;
use hyper::Request;
use hyper::http::request::Parts;
use kgw::{Pinned, Ticket};

use crate::attempt;
use crate::proxy::{Body, Proxy};
use crate::request_body::RequestBody;
use crate::serve::Arrival;

const PATIENCE: Duration = Duration::from_secs(10);

pub fn send_all(
    proxy: &Arc<Proxy>,
    parts: &Parts,
    arrival: &Arrival,
    decision: &mut Pinned,
    body: &mut RequestBody,
) {
    if decision.mirrors().len() == 0 {
        return;
    }
    if !body.is_replayable() {
        eprintln!("a request is too long to be mirrored");
        return;
    }
    let requests: Vec<_> = decision
        .mirrors()
        .map(|mirror| {
            let authority = Some(mirror.authority.as_bytes()).filter(|name| !name.is_empty());
            attempt::request_for(
                parts,
                arrival,
                decision,
                &mirror.endpoint,
                authority,
                body.send(),
            )
        })
        .collect();
    for ((_, ticket), request) in decision.take_mirrors().zip(requests) {
        match request {
            Ok(request) => drop(tokio::spawn(send(proxy.clone(), request, ticket))),
            Err(error) => eprintln!("a request cannot be mirrored: {error}"),
        }
    }
}

async fn send(proxy: Arc<Proxy>, request: Request<Body>, ticket: Ticket) {
    match attempt::send(&proxy, request, Some(Instant::now() + PATIENCE)).await {
        Ok(head) => {
            ticket.done(head.outcome());
            let _ = head.response.into_body().collect().await; // so that the backend can finish
        }
        Err(failure) => ticket.done(failure.outcome()),
    }
}
