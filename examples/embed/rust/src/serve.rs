//! Clients.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use kgw::Address;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::sleep;

use crate::exchange;
use crate::proxy::Proxy;

/// How a request came in.
#[derive(Clone, Copy)]
pub struct Arrival {
    pub peer: SocketAddr,
    pub peer_address: Address,
    pub local_address: Address,
    /// Of the Gateway's listener.
    pub port: u16,
}

/// Accepts clients until the other end of `stopping` is gone.
pub async fn serve(
    proxy: Arc<Proxy>,
    socket: TcpListener,
    port: u16,
    mut stopping: watch::Receiver<()>,
) {
    loop {
        tokio::select! {
            _ = stopping.changed() => return,
            accepted = socket.accept() => match accepted {
                Ok((stream, peer)) => {
                    tokio::spawn(serve_client(proxy.clone(), stream, peer, port, stopping.clone()));
                }
                Err(error) => {
                    eprintln!("cannot accept: {error}");
                    sleep(Duration::from_millis(50)).await; // too many open files, for one
                }
            },
        }
    }
}

async fn serve_client(
    proxy: Arc<Proxy>,
    stream: TcpStream,
    peer: SocketAddr,
    port: u16,
    mut stopping: watch::Receiver<()>,
) {
    let Ok(local) = stream.local_addr() else {
        return;
    };
    let _ = stream.set_nodelay(true);
    let arrival = Arrival {
        peer,
        peer_address: peer.into(),
        local_address: local.into(),
        port,
    };
    let service = service_fn(|request| exchange::answer(proxy.clone(), arrival, request));
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new());
    let mut connection = pin!(server.serve_connection(TokioIo::new(stream), service));
    // Broken requests and clients that leave are the client's business.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopping.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
