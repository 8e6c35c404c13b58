//! What all requests share.

use std::error::Error;
use std::time::Duration;

use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use kgw::Engine;
use tokio::sync::mpsc;

pub type BoxError = Box<dyn Error + Send + Sync>;
/// A body on its way to a backend or to the client.
pub type Body = UnsyncBoxBody<Bytes, BoxError>;

pub struct Proxy {
    pub engine: Engine,
    /// Connections to backends; idle ones are kept.
    pub backends: Client<HttpConnector, Body>,
    /// Held by all that has to end before the process does.
    _under_way: mpsc::Sender<()>,
}

impl Proxy {
    pub fn new(engine: Engine, under_way: mpsc::Sender<()>) -> Proxy {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(Duration::from_secs(5)));
        connector.set_nodelay(true);
        let backends = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(30))
            .build(connector);
        Proxy {
            engine,
            backends,
            _under_way: under_way,
        }
    }
}
