//! Backends that cost next to nothing: `backend PORT...` answers each request without a body on any
//! of these ports of localhost, and says which port it was. Prints `ready`.

use std::io::{Read, Result, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;

fn serve(mut client: TcpStream, answer: &[u8]) -> Result<()> {
    client.set_nodelay(true)?;
    let (mut seen, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let count = client.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        seen.extend_from_slice(&buffer[..count]);
        // The proxy sends one request, and then waits.
        if seen.ends_with(b"\r\n\r\n") {
            seen.clear();
            client.write_all(answer)?;
        }
    }
}

fn listen(socket: &TcpListener, port: u16) {
    let body = port.to_string();
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    for client in socket.incoming().flatten() {
        let answer = answer.clone();
        thread::spawn(move || serve(client, answer.as_bytes()));
    }
}

fn main() -> Result<()> {
    let mut threads = vec![];
    for port in std::env::args().skip(1) {
        let port = port.parse().expect("a port");
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        threads.push(thread::spawn(move || listen(&socket, port)));
    }
    println!("ready");
    for thread in threads {
        thread.join().expect("backends do not end");
    }
    Ok(())
}
