//! Answers of the proxy's own.

use bytes::Bytes;
use kgw::{DecisionView, Verdict};
use pingora_core::{Error, ErrorType, Result};
use pingora_http::ResponseHeader;
use pingora_proxy::Session;

/// After it, nothing that this client says is read.
pub async fn plain(session: &mut Session, status: u16, text: &'static str) -> Result<()> {
    let text = Bytes::from_static(text.as_bytes());
    session.respond_error_with_body(status, text).await
}

/// A redirect, a preflight, no route, or an error: kgw has said it all.
pub async fn decided(session: &mut Session, decision: &DecisionView) -> Result<()> {
    let (head, body) = of(decision)?;
    session
        .write_response_header(Box::new(head), body.is_empty())
        .await?;
    session.write_response_body(Some(body), true).await
}

fn of(decision: &DecisionView) -> Result<(ResponseHeader, Bytes)> {
    let said = decision.response();
    let otherwise = match decision.verdict() {
        Verdict::NoRoute => 404,
        _ => 500,
    };
    let is_refusal = matches!(decision.verdict(), Verdict::NoRoute | Verdict::Error);
    let text = if said.body.is_empty() && is_refusal {
        decision.reason()
    } else {
        said.body
    };
    let head = ResponseHeader::build(said.status.unwrap_or(otherwise), None)?;
    let mut parts = http::response::Parts::from(head);
    let edited = said.edits.apply(&mut parts.headers);
    edited.map_err(|error| Error::because(ErrorType::InternalError, "kgw", error))?;
    let mut head = ResponseHeader::from(parts);
    if head.status != 204 && head.status != 304 {
        head.set_content_length(text.len())?;
    }
    Ok((head, Bytes::copy_from_slice(text.as_bytes())))
}
