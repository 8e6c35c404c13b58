//! Answers: those of backends, passed on, and the proxy's own.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use http_body_util::{BodyExt, Full};
use hyper::body::{Body as _, Bytes, Frame, Incoming, SizeHint};
use hyper::header::{CONNECTION, HeaderValue};
use hyper::{Response, StatusCode};
use kgw::{DecisionView, Outcome, Ticket, Verdict};
use tokio::time::{Sleep, sleep_until};

use crate::attempt::Head;
use crate::headers;
use crate::proxy::{Body, BoxError};

/// An answer that needs no backend.
pub fn plain(status: StatusCode, text: &str) -> Response<Body> {
    let body = Full::new(Bytes::copy_from_slice(text.as_bytes())).map_err(BoxError::from);
    let mut response = Response::new(body.boxed_unsync());
    *response.status_mut() = status;
    response
}

/// One after which nothing that this client says can be trusted.
pub fn last(status: StatusCode, text: &str) -> Response<Body> {
    let mut response = plain(status, text);
    response
        .headers_mut()
        .insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// A redirect, a preflight, no route, or an error: kgw has said it all.
pub fn decided(decision: &DecisionView) -> Response<Body> {
    let said = decision.response();
    let otherwise = match decision.verdict() {
        Verdict::NoRoute => StatusCode::NOT_FOUND,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let status = said
        .status
        .and_then(|status| StatusCode::from_u16(status).ok());
    let is_refusal = matches!(decision.verdict(), Verdict::NoRoute | Verdict::Error);
    let text = if said.body.is_empty() && is_refusal {
        decision.reason()
    } else {
        said.body
    };
    let mut response = plain(status.unwrap_or(otherwise), &text.to_str_lossy());
    match said.edits.apply(response.headers_mut()) {
        Ok(()) => response,
        Err(error) => plain(StatusCode::INTERNAL_SERVER_ERROR, &format!("{error}\n")),
    }
}

/// A backend's answer. The ticket is finished with the last byte of it.
pub fn pass_on(
    head: Head,
    decision: &DecisionView,
    ticket: Option<Ticket>,
    deadline: Option<Instant>,
) -> Response<Body> {
    let outcome = head.outcome();
    let (mut parts, body) = head.response.into_parts();
    headers::remove_hop_by_hop(&mut parts.headers);
    let said = decision.response();
    if let Err(error) = said.edits.apply(&mut parts.headers) {
        return plain(StatusCode::INTERNAL_SERVER_ERROR, &format!("{error}\n"));
    }
    if let Some(status) = said
        .status
        .and_then(|status| StatusCode::from_u16(status).ok())
    {
        parts.status = status;
    }
    let deadline = deadline.map(|deadline| Box::pin(sleep_until(deadline.into())));
    let mut passing = Passing {
        body,
        under_way: ticket.map(|ticket| (ticket, outcome)),
        deadline,
    };
    passing.finish_if_over();
    Response::from_parts(parts, passing.boxed_unsync())
}

/// A body on its way from backend to client. If it is dropped before its end, the client has left:
/// the ticket then counts as aborted by itself.
struct Passing {
    body: Incoming,
    under_way: Option<(Ticket, Outcome)>,
    deadline: Option<Pin<Box<Sleep>>>,
}

impl Passing {
    fn finish(&mut self, as_it_ended: impl FnOnce(Outcome) -> Outcome) {
        if let Some((ticket, outcome)) = self.under_way.take() {
            ticket.done(as_it_ended(outcome));
        }
    }

    fn finish_if_over(&mut self) {
        if self.body.is_end_stream() {
            self.finish(|outcome| outcome);
        }
    }
}

impl hyper::body::Body for Passing {
    type Data = Bytes;
    type Error = BoxError;

    /// An error ends the connection, so that half an answer is not taken for a whole one.
    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Some(deadline) = &mut self.deadline {
            if deadline.as_mut().poll(context).is_ready() {
                self.finish(|_| Outcome::timeout());
                return Poll::Ready(Some(Err("the request took too long".into())));
            }
        }
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        match &frame {
            Some(Ok(_)) => self.finish_if_over(),
            Some(Err(_)) => self.finish(|_| Outcome::reset()),
            None => self.finish(|outcome| outcome),
        }
        Poll::Ready(frame.map(|frame| frame.map_err(BoxError::from)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
