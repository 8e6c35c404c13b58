//! A request: kgw's question and answer, the tries, and what becomes of them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode};
use kgw::{HttpVersion, Outcome, Pinned, Verdict, monotonic_ns};
use tokio::time::sleep_until;

use crate::attempt::{self, Failure, Head};
use crate::proxy::{Body, BoxError, Proxy};
use crate::request_body::RequestBody;
use crate::serve::Arrival;
use crate::{answer, headers, mirror, readers};

/// An error closes the connection without an answer.
pub async fn answer(
    proxy: Arc<Proxy>,
    arrival: Arrival,
    request: Request<Incoming>,
) -> Result<Response<Body>, BoxError> {
    let (parts, body) = request.into_parts();
    if !headers::has_one_host(&parts) {
        return Ok(answer::last(
            StatusCode::BAD_REQUEST,
            "one Host line is needed\n",
        ));
    }
    if parts.method == Method::CONNECT {
        return Ok(answer::plain(
            StatusCode::NOT_IMPLEMENTED,
            "no tunnels here\n",
        ));
    }
    let question = question_about(&parts, &arrival);
    // The reader decides about other requests before this one is answered.
    let decision = readers::with(&proxy.engine, |reader| reader.route(&question)?.pin())?;
    if decision.verdict() == Verdict::Reject {
        return Err("no listener".into());
    }
    let Ok(body) = RequestBody::read(body).await else {
        return Ok(answer::last(
            StatusCode::BAD_REQUEST,
            "the body is broken\n",
        ));
    };
    if decision.verdict() != Verdict::Forward {
        return Ok(answer::decided(&decision));
    }
    let deadline = after(decision.timeouts().request);
    Ok(Exchange {
        proxy,
        parts,
        arrival,
        body,
        decision,
        deadline,
    }
    .forward()
    .await)
}

fn question_about<'a>(parts: &'a Parts, arrival: &'a Arrival) -> kgw::Request<'a> {
    kgw::Request::from(parts)
        .peer(&arrival.peer_address)
        .local(&arrival.local_address)
        .port(arrival.port)
        .now_ns(monotonic_ns())
}

/// From now on. No timeout, and one that is switched off, are never.
fn after(timeout: Option<Duration>) -> Option<Instant> {
    timeout
        .filter(|timeout| !timeout.is_zero())
        .map(|timeout| Instant::now() + timeout)
}

struct Exchange {
    proxy: Arc<Proxy>,
    parts: Parts,
    arrival: Arrival,
    body: RequestBody,
    decision: Pinned,
    /// For all tries together.
    deadline: Option<Instant>,
}

impl Exchange {
    /// Tries until an answer is good enough, as often as the route permits.
    async fn forward(mut self) -> Response<Body> {
        let (parts, arrival) = (&self.parts, &self.arrival);
        mirror::send_all(
            &self.proxy,
            parts,
            arrival,
            &mut self.decision,
            &mut self.body,
        );
        for retries in 0.. {
            if self.decision.verdict() != Verdict::Forward {
                return answer::decided(&self.decision);
            }
            let result = self.attempt().await;
            let outcome = match result {
                Ok(head) if self.is_good(&head, retries) => return self.pass_on(head),
                Err(failure) if !self.may_try_after(&failure, retries) => {
                    return self.give_up(&failure, failure.outcome());
                }
                Ok(head) => head.outcome(),
                Err(failure) => failure.outcome(),
            };
            if !self.wait_to_retry().await {
                return self.give_up(&Failure::Timeout, outcome);
            }
            if let Err(error) = self.decide_again(outcome) {
                eprintln!("no decision: {error}");
                break;
            }
        }
        answer::plain(StatusCode::INTERNAL_SERVER_ERROR, "no decision\n")
    }

    async fn attempt(&mut self) -> Result<Head, Failure> {
        let transport = self.decision.transport();
        if transport.tls.is_some() || transport.version == Some(HttpVersion::Http2) {
            return Err(Failure::Request(
                "neither TLS nor HTTP/2 is spoken here".into(),
            ));
        }
        let endpoint = self.decision.endpoint().ok_or(Failure::Connect)?;
        let (parts, body) = (&self.parts, self.body.send());
        let request =
            attempt::request_for(parts, &self.arrival, &self.decision, &endpoint, None, body);
        let limit = after(self.decision.timeouts().backend_request);
        let limit = [limit, self.deadline].into_iter().flatten().min();
        let result = attempt::send(&self.proxy, request.map_err(Failure::Request)?, limit).await;
        if let Err(Failure::Connect | Failure::Reset) = &result {
            eprintln!("{}:{}: no answer", endpoint.host(), endpoint.port);
        }
        result
    }

    /// Whether an answer is passed on, or its status one to try again after.
    fn is_good(&self, head: &Head, retries: u64) -> bool {
        let status = head.response.status().as_u16();
        !self.decision.retry().codes.contains(&status) || !self.may_retry(retries, false)
    }

    fn may_try_after(&self, failure: &Failure, retries: u64) -> bool {
        !failure.is_final() && self.may_retry(retries, failure.is_uncertain())
    }

    /// What kgw says about retries, and what HTTP allows: a body can only be sent again if it was
    /// kept, and a request that may have been carried out only if a second time does no harm.
    fn may_retry(&self, retries: u64, uncertain: bool) -> bool {
        let safe = !uncertain || self.parts.method.is_idempotent();
        let in_time = self
            .deadline
            .is_none_or(|deadline| Instant::now() < deadline);
        retries < self.decision.retry().attempts && self.body.is_replayable() && safe && in_time
    }

    /// False if there is no time left for that.
    async fn wait_to_retry(&self) -> bool {
        let end = Instant::now() + self.decision.retry().backoff.unwrap_or_default();
        let last = self.deadline.unwrap_or(end);
        sleep_until(end.min(last).into()).await;
        end <= last
    }

    fn decide_again(&mut self, outcome: Outcome) -> Result<(), kgw::Error> {
        let Some(ticket) = self.decision.take_ticket() else {
            return Ok(());
        };
        let question = question_about(&self.parts, &self.arrival);
        self.decision = readers::with(&self.proxy.engine, |reader| {
            reader
                .retry(ticket, outcome.now_ns(monotonic_ns()), Some(&question))?
                .pin()
        })?;
        Ok(())
    }

    fn pass_on(mut self, head: Head) -> Response<Body> {
        let ticket = self.decision.take_ticket();
        answer::pass_on(head, &self.decision, ticket, self.deadline)
    }

    /// Answers for a failure. `outcome` is that of the last try.
    fn give_up(self, failure: &Failure, outcome: Outcome) -> Response<Body> {
        if let Failure::Request(problem) = failure {
            eprintln!("{}: {problem}", self.decision.cluster());
        }
        self.decision.done(outcome.now_ns(monotonic_ns()));
        let (status, text) = failure.answer();
        answer::plain(status, text)
    }
}
