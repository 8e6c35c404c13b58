//! One reader for each worker thread.

use std::cell::RefCell;

use kgw::{Address, Engine, Error, Outcome, Pinned, Reader, Ticket, monotonic_ns};
use pingora_core::protocols::l4::socket::SocketAddr;
use pingora_proxy::Session;

thread_local! {
    static READER: RefCell<Option<Reader>> = const { RefCell::new(None) };
}

/// The first decision, or, with the ticket of a try that failed, that for another one. The reader
/// rests at once, for pingora does not say when a thread goes idle: the decision keeps what it needs.
pub fn decide(
    engine: &Engine,
    port: u16,
    session: &Session,
    failed: Option<(Ticket, Outcome)>,
) -> Result<Pinned, Error> {
    let peer = address_of(session.client_addr());
    let local = address_of(session.server_addr());
    let mut question = kgw::Request::from(&**session.req_header())
        .port(port)
        .now_ns(monotonic_ns());
    if let (Some(peer), Some(local)) = (&peer, &local) {
        question = question.peer(peer).local(local);
    }
    READER.with_borrow_mut(|reader| {
        let reader = match reader {
            Some(reader) => reader,
            None => reader.insert(engine.reader()?),
        };
        let decision = match failed {
            Some((ticket, outcome)) => reader.retry(ticket, outcome, Some(&question))?.pin(),
            None => reader.route(&question)?.pin(),
        };
        reader.rest();
        decision
    })
}

fn address_of(address: Option<&SocketAddr>) -> Option<Address> {
    Some((*address?.as_inet()?).into())
}
