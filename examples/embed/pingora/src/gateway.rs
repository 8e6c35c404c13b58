//! What pingora asks on the way of a request, in that order, and what kgw says to it.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use http::header::{EXPECT, HOST, TRANSFER_ENCODING};
use http::{StatusCode, Version};
use kgw::{Engine, Pinned, Verdict};
use pingora_core::protocols::http::ServerSession;
use pingora_core::upstreams::peer::HttpPeer;
use pingora_core::{Error, ErrorType, Result};
use pingora_http::{RequestHeader, ResponseHeader};
use pingora_proxy::{FailToProxy, ProxyHttp, Session};
use tokio::time::sleep;

use crate::exchange::{Exchange, Failure};
use crate::mirror::Mirrors;
use crate::{answer, headers, peer, readers};

/// The decision for another try is none to forward.
const DECIDED: ErrorType = ErrorType::Custom("decided");
/// How long clients may pause in the middle of a body.
const CLIENT: Duration = Duration::from_secs(60);
/// The same, if its request is answered already.
const PATIENCE: Duration = Duration::from_secs(5);

/// One listener of a Gateway.
pub struct Gateway {
    engine: Engine,
    /// Of the Gateway's listener.
    port: u16,
    mirrors: Mirrors,
}

impl Gateway {
    pub fn new(engine: Engine, port: u16) -> Gateway {
        Gateway {
            engine,
            port,
            mirrors: Mirrors::new(),
        }
    }

    fn decide(&self, session: &Session, exchange: &mut Exchange) -> Result<Pinned> {
        let failed = exchange.take_failed();
        readers::decide(&self.engine, self.port, session, failed).map_err(internal)
    }
}

fn internal(error: kgw::Error) -> Box<Error> {
    Error::because(ErrorType::InternalError, "kgw", error)
}

#[async_trait]
impl ProxyHttp for Gateway {
    type CTX = Exchange;

    fn new_ctx(&self) -> Exchange {
        Exchange::default()
    }

    async fn early_request_filter(
        &self,
        session: &mut Session,
        _exchange: &mut Exchange,
    ) -> Result<()> {
        session.set_read_timeout(Some(CLIENT));
        if let ServerSession::H1(connection) = session.as_mut() {
            connection.set_pipelining_enabled(true);
            connection.set_ignore_info_resp(true); // many clients take 103 for the answer
        }
        Ok(())
    }

    /// True: the request is answered.
    async fn request_filter(&self, session: &mut Session, exchange: &mut Exchange) -> Result<bool> {
        if !has_one_host(session.req_header()) {
            answer::plain(session, 400, "one Host line is needed\n").await?;
            return Ok(true);
        }
        let decision = self.decide(session, exchange)?;
        match decision.verdict() {
            Verdict::Forward => {}
            Verdict::Reject => {
                session.set_keepalive(None);
                return Ok(true);
            }
            _ => {
                answer::decided(session, &decision).await?;
                return Ok(true);
            }
        }
        if session.req_header().headers.contains_key(EXPECT) {
            session.write_continue_response().await?;
        }
        exchange.begin(decision);
        Ok(false)
    }

    /// Before each try.
    async fn upstream_peer(
        &self,
        session: &mut Session,
        exchange: &mut Exchange,
    ) -> Result<Box<HttpPeer>> {
        if let Some(pause) = exchange.pause() {
            if exchange.time_left().is_some_and(|left| left < pause) {
                sleep(exchange.time_left().unwrap_or_default()).await;
                return Error::err_up(ErrorType::ReadTimedout);
            }
            sleep(pause).await;
            let decision = self.decide(session, exchange)?;
            let goes_on = decision.verdict() == Verdict::Forward;
            exchange.go_on(decision);
            if !goes_on {
                return Error::err_in(DECIDED);
            }
        }
        peer::of(exchange).await
    }

    async fn upstream_request_filter(
        &self,
        session: &mut Session,
        request: &mut RequestHeader,
        exchange: &mut Exchange,
    ) -> Result<()> {
        let Some(decision) = &exchange.decision else {
            return Ok(());
        };
        let mut parts = request.as_owned_parts();
        if let Some(client) = address_of_client(session) {
            headers::add_forwarded(&mut parts.headers, client);
        }
        decision.edit_request(&mut parts).map_err(internal)?;
        headers::to_origin_form(&mut parts).map_err(|error| {
            Error::because(
                ErrorType::InternalError,
                "the request cannot be forwarded",
                error,
            )
        })?;
        *request = RequestHeader::from(parts);
        Ok(())
    }

    /// Pieces of the body on their way to the backend: mirrors get them too, all at once.
    async fn request_body_filter(
        &self,
        session: &mut Session,
        body: &mut Option<Bytes>,
        end_of_stream: bool,
        exchange: &mut Exchange,
    ) -> Result<()> {
        if exchange.copy_body(body.as_deref().unwrap_or_default(), end_of_stream) {
            let client = address_of_client(session);
            self.mirrors
                .send_all(session.req_header(), client, exchange);
        }
        Ok(())
    }

    /// The head of an answer, when it comes from the backend: good enough, or another try?
    async fn upstream_response_filter(
        &self,
        session: &mut Session,
        response: &mut ResponseHeader,
        exchange: &mut Exchange,
    ) -> Result<()> {
        if response.status.is_informational() {
            return Ok(());
        }
        if exchange.is_good(session, response.status.as_u16()) {
            return Ok(());
        }
        let mut error = Error::new_up(ErrorType::HTTPStatus(response.status.as_u16()));
        error.set_retry(true);
        Err(error)
    }

    /// The same head, on its way to the client.
    async fn response_filter(
        &self,
        session: &mut Session,
        response: &mut ResponseHeader,
        exchange: &mut Exchange,
    ) -> Result<()> {
        let decision = exchange.decision.as_ref();
        let Some(decision) = decision.filter(|_| !response.status.is_informational()) else {
            return Ok(());
        };
        let said = decision.response();
        let mut parts = response.as_owned_parts();
        headers::remove_hop_by_hop(&mut parts.headers);
        said.edits.apply(&mut parts.headers).map_err(internal)?;
        if let Some(status) = said
            .status
            .and_then(|status| StatusCode::from_u16(status).ok())
        {
            parts.status = status;
        }
        if session.req_header().version < Version::HTTP_11 {
            parts.headers.remove(TRANSFER_ENCODING); // the end of the connection ends the body
            session.set_keepalive(None);
        }
        if !session.is_body_done() {
            session.set_read_timeout(Some(PATIENCE)); // with a client that sends on
        }
        *response = ResponseHeader::from(parts);
        Ok(())
    }

    fn response_body_filter(
        &self,
        _session: &mut Session,
        _body: &mut Option<Bytes>,
        _end_of_stream: bool,
        exchange: &mut Exchange,
    ) -> Result<Option<Duration>> {
        match exchange.deadline {
            Some(deadline) if Instant::now() > deadline => Error::err_up(ErrorType::ReadTimedout),
            _ => Ok(None),
        }
    }

    /// No connection, so that there was no try to speak of.
    fn fail_to_connect(
        &self,
        session: &mut Session,
        _peer: &HttpPeer,
        exchange: &mut Exchange,
        mut error: Box<Error>,
    ) -> Box<Error> {
        error.as_up();
        let retry = exchange.fail(session, Failure::of(&error, true));
        error.set_retry(retry);
        error
    }

    /// The connection broke, or it took too long, or the client has left.
    fn error_while_proxy(
        &self,
        peer: &HttpPeer,
        session: &mut Session,
        error: Box<Error>,
        exchange: &mut Exchange,
        _client_reused: bool,
    ) -> Box<Error> {
        let mut error = error.more_context(format!("{peer}"));
        let retry = exchange.is_failed() || exchange.fail(session, Failure::of(&error, false));
        error.set_retry(retry);
        error
    }

    async fn fail_to_proxy(
        &self,
        session: &mut Session,
        error: &Error,
        exchange: &mut Exchange,
    ) -> FailToProxy {
        let (code, text) = Failure::of(error, false).answer();
        let (code, sent) = match &exchange.decision {
            Some(decision) if *error.etype() == DECIDED => {
                (500, answer::decided(session, decision).await)
            }
            _ if code == 0 => (code, Ok(())),
            _ => (code, answer::plain(session, code, text).await),
        };
        if let Err(error) = sent {
            eprintln!("no answer: {error}");
        }
        FailToProxy {
            error_code: code,
            can_reuse_downstream: false,
        }
    }

    /// In the end, however it ended.
    async fn logging(
        &self,
        _session: &mut Session,
        error: Option<&Error>,
        exchange: &mut Exchange,
    ) {
        if let Some(error) = error {
            eprintln!("{error}");
        }
        exchange.end(error);
    }
}

fn address_of_client(session: &Session) -> Option<std::net::IpAddr> {
    Some(session.client_addr()?.as_inet()?.ip())
}

/// RFC 9112, 3.2: a request of HTTP/1.1 has one Host line.
fn has_one_host(request: &RequestHeader) -> bool {
    let lines = request.headers.get_all(HOST).iter().count();
    lines == 1 || (lines == 0 && request.version < Version::HTTP_11)
}
