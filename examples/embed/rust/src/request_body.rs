//! The body of a request: short ones are kept, so that they can be sent again and mirrored.

use std::pin::Pin;
use std::task::{Context, Poll};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Frame, Incoming, SizeHint};

use crate::proxy::{Body, BoxError};

const KEPT: usize = 64 * 1024;

pub struct RequestBody {
    start: Bytes,
    /// What was too much to be kept.
    rest: Option<Incoming>,
    sent: bool,
}

impl RequestBody {
    /// Reads all of it, or as much as is kept. Fails if its framing is broken.
    pub async fn read(mut body: Incoming) -> Result<RequestBody, hyper::Error> {
        let mut start = Vec::new();
        while start.len() < KEPT {
            match body.frame().await {
                Some(frame) => {
                    start.extend_from_slice(&frame?.into_data().unwrap_or_default());
                }
                None => {
                    return Ok(RequestBody {
                        start: start.into(),
                        rest: None,
                        sent: false,
                    });
                }
            }
        }
        Ok(RequestBody {
            start: start.into(),
            rest: Some(body),
            sent: false,
        })
    }

    /// Whether it can be sent another time.
    pub fn is_replayable(&self) -> bool {
        self.rest.is_none() && !self.sent
    }

    /// A short body, for every try and mirror; a long one the first time.
    pub fn send(&mut self) -> Body {
        match self.rest.take() {
            None => Full::new(self.start.clone())
                .map_err(BoxError::from)
                .boxed_unsync(),
            Some(rest) => {
                self.sent = true;
                let start = std::mem::take(&mut self.start);
                Long { start, rest }.boxed_unsync()
            }
        }
    }
}

/// What was read of a body, and then the rest of it.
struct Long {
    start: Bytes,
    rest: Incoming,
}

impl hyper::body::Body for Long {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if !self.start.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.start)))));
        }
        Pin::new(&mut self.rest)
            .poll_frame(context)
            .map_err(BoxError::from)
    }

    fn is_end_stream(&self) -> bool {
        self.start.is_empty() && self.rest.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (start, rest) = (self.start.len() as u64, self.rest.size_hint());
        rest.exact()
            .map_or_else(SizeHint::new, |rest| SizeHint::with_exact(start + rest))
    }
}
