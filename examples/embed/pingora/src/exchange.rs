//! A request and its tries: what kgw decided, and what became of it.

use std::time::{Duration, Instant};

use kgw::{Outcome, Pinned, Ticket, monotonic_ns};
use pingora_core::{Error, ErrorSource, ErrorType};
use pingora_proxy::Session;

/// Longer bodies are not mirrored.
const KEPT: usize = 64 * 1024;

/// How a try failed.
#[derive(Clone, Copy, PartialEq)]
pub enum Failure {
    /// No connection.
    Connect,
    /// The connection broke, or what came is no HTTP.
    Reset,
    /// It took too long.
    Timeout,
    /// The client has left.
    Gone,
    /// The client sent what is no HTTP.
    Client,
    /// The request cannot be forwarded.
    Request,
}

impl Failure {
    pub fn of(error: &Error, connecting: bool) -> Failure {
        use ErrorType::*;
        match (error.esource(), error.etype()) {
            (
                ErrorSource::Downstream,
                ReadError | WriteError | ConnectionClosed | WriteTimedout,
            ) => Failure::Gone,
            (ErrorSource::Downstream, _) => Failure::Client,
            (ErrorSource::Upstream, ReadTimedout | WriteTimedout | ConnectTimedout) => {
                Failure::Timeout
            }
            (ErrorSource::Upstream, _) if connecting => Failure::Connect,
            (ErrorSource::Upstream, _) => Failure::Reset,
            _ => Failure::Request,
        }
    }

    fn outcome(self) -> Outcome {
        match self {
            Failure::Connect => Outcome::connect_failure(),
            Failure::Reset => Outcome::reset(),
            Failure::Timeout => Outcome::timeout(),
            Failure::Gone | Failure::Client | Failure::Request => Outcome::aborted(),
        }
    }

    /// The status and text of the answer, if nothing better is to be had.
    pub fn answer(self) -> (u16, &'static str) {
        match self {
            Failure::Connect | Failure::Reset => (503, "the backend cannot be reached\n"),
            Failure::Timeout => (504, "the backend took too long\n"),
            Failure::Gone => (0, ""),
            Failure::Client => (400, "the body is broken\n"),
            Failure::Request => (502, "the request cannot be forwarded\n"),
        }
    }
}

#[derive(Default)]
pub struct Exchange {
    pub decision: Option<Pinned>,
    /// For all tries together.
    pub deadline: Option<Instant>,
    retries: u64,
    /// When the last try began.
    start: Option<Instant>,
    /// How the last try ended. There may be another one if it failed.
    outcome: Option<Outcome>,
    failed: bool,
    /// The body so far, until it is mirrored.
    copy: Option<Vec<u8>>,
}

/// From now on. No timeout, and one that is switched off, are never.
fn after(timeout: Option<Duration>) -> Option<Instant> {
    timeout
        .filter(|timeout| !timeout.is_zero())
        .map(|timeout| Instant::now() + timeout)
}

impl Exchange {
    pub fn begin(&mut self, decision: Pinned) {
        self.deadline = after(decision.timeouts().request);
        self.copy = (decision.mirrors().len() > 0).then(Vec::new);
        self.decision = Some(decision);
    }

    pub fn go_on(&mut self, decision: Pinned) {
        self.decision = Some(decision);
        self.retries += 1;
    }

    pub fn time_left(&self) -> Option<Duration> {
        Some(self.deadline?.saturating_duration_since(Instant::now()))
    }

    /// Begins a try, which may take so long up to the head of its answer.
    pub fn begin_try(&mut self) -> Option<Duration> {
        self.start = Some(Instant::now());
        let decision = self.decision.as_ref()?;
        let limit = decision
            .timeouts()
            .backend_request
            .filter(|limit| !limit.is_zero());
        [limit, self.time_left()].into_iter().flatten().min()
    }

    /// How long to wait before the next try, if this is not the first one.
    pub fn pause(&self) -> Option<Duration> {
        let decision = self.decision.as_ref().filter(|_| self.failed)?;
        Some(decision.retry().backoff.unwrap_or_default())
    }

    pub fn is_failed(&self) -> bool {
        self.failed
    }

    /// What kgw is told when it is asked for another endpoint.
    pub fn take_failed(&mut self) -> Option<(Ticket, Outcome)> {
        if !std::mem::take(&mut self.failed) {
            return None;
        }
        let ticket = self.decision.as_mut()?.take_ticket()?;
        Some((ticket, self.outcome.take()?.now_ns(monotonic_ns())))
    }

    /// Whether an answer is passed on, or its status one to try again after.
    pub fn is_good(&mut self, session: &Session, status: u16) -> bool {
        let latency = self.start.map(|start| start.elapsed()).unwrap_or_default();
        self.outcome = Some(Outcome::completed(status).latency(latency));
        let Some(decision) = &self.decision else {
            return true;
        };
        self.failed = decision.retry().codes.contains(&status) && self.may_retry(session, false);
        !self.failed
    }

    /// A try failed. True: there is to be another one.
    pub fn fail(&mut self, session: &Session, failure: Failure) -> bool {
        let answered = self.outcome.replace(failure.outcome()).is_some();
        let uncertain = failure != Failure::Connect;
        let final_ = matches!(failure, Failure::Gone | Failure::Client | Failure::Request);
        self.failed = !answered && !final_ && self.may_retry(session, uncertain);
        self.failed
    }

    /// What kgw says about retries, and what HTTP allows: a body can only be sent again if pingora
    /// kept it, and a request that may have been carried out only if a second time does no harm.
    fn may_retry(&self, session: &Session, uncertain: bool) -> bool {
        let attempts = self
            .decision
            .as_ref()
            .map_or(0, |decision| decision.retry().attempts);
        let safe = !uncertain || session.req_header().method.is_idempotent();
        let in_time = self.time_left().is_none_or(|left| !left.is_zero());
        self.retries < attempts && !session.as_ref().retry_buffer_truncated() && safe && in_time
    }

    /// Keeps a piece of the body for mirrors. True: that was the last one.
    pub fn copy_body(&mut self, piece: &[u8], is_last: bool) -> bool {
        let Some(copy) = &mut self.copy else {
            return false;
        };
        copy.extend_from_slice(piece);
        if copy.len() > KEPT {
            eprintln!("a request is too long to be mirrored");
            self.copy = None;
            return false;
        }
        is_last
    }

    pub fn take_copy(&mut self) -> Option<(&mut Pinned, Vec<u8>)> {
        Some((self.decision.as_mut()?, self.copy.take()?))
    }

    pub fn end(&mut self, error: Option<&Error>) {
        let Some(ticket) = self.decision.as_mut().and_then(Pinned::take_ticket) else {
            return;
        };
        let ended = match error {
            Some(error) => self.outcome.unwrap_or(Failure::of(error, false).outcome()),
            None => self.outcome.unwrap_or(Outcome::aborted()),
        };
        ticket.done(ended.now_ns(monotonic_ns()));
    }
}
