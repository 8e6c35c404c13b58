//! Answers requests through this crate: the Rust leg of the table of vectors (tests/vectors).
//!
//! `vectors CONFIG REQUESTS [KEY=VALUE]...`
//!
//! A request is a line of fields, each in hexadecimal and ended by a tab: method, scheme, authority,
//! path, sni, peer, local, client namespace, gateway, port, protocol, then names and values of
//! headers in turn. Every second request has its headers looked up; every third is pinned.

use std::error::Error;
use std::io::{self, Write};
use std::net::IpAddr;

use kgw::{Address, Engine, Header, Options, Protocol, Reader, Request};

const FIXED: usize = 11;
const PROTOCOLS: [Protocol; 5] = [
    Protocol::Http,
    Protocol::Grpc,
    Protocol::Tls,
    Protocol::Tcp,
    Protocol::Udp,
];

fn fields_of(line: &str) -> Option<Vec<Vec<u8>>> {
    let field = |text: &str| -> Option<Vec<u8>> {
        let digits = |at| {
            text.get(at..at + 2)
                .and_then(|two| u8::from_str_radix(two, 16).ok())
        };
        (0..text.len()).step_by(2).map(digits).collect()
    };
    line.split_terminator('\t').map(field).collect()
}

fn address_of(bytes: &[u8]) -> Option<Address> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(IpAddr::from(four).into());
    }
    <[u8; 16]>::try_from(bytes)
        .ok()
        .map(|sixteen| IpAddr::from(sixteen).into())
}

fn number(field: &[u8]) -> Result<usize, Box<dyn Error>> {
    Ok(std::str::from_utf8(field)?.parse()?)
}

fn answer(
    reader: &mut Reader,
    fields: &[Vec<u8>],
    count: usize,
) -> Result<Vec<u8>, Box<dyn Error>> {
    let (fixed, rest) = fields
        .split_at_checked(FIXED)
        .ok_or("a line is too short")?;
    let lines: Vec<Header<'_>> = rest
        .chunks_exact(2)
        .map(|pair| Header::new(&pair[0], &pair[1]))
        .collect();
    let lookup = |name: &str, index: usize| {
        let named = |line: &&Header<'_>| line.name().eq_ignore_ascii_case(name.as_bytes());
        lines
            .iter()
            .filter(named)
            .nth(index)
            .map(|line| line.value().as_bytes())
    };
    let (peer, local) = (address_of(&fixed[5]), address_of(&fixed[6]));
    let mut request = Request::new(&fixed[0], &fixed[2], &fixed[3])
        .scheme(&fixed[1])
        .sni(&fixed[4])
        .client_namespace(&fixed[7])
        .gateway(&fixed[8])
        .port(u16::try_from(number(&fixed[9])?)?)
        .protocol(
            *PROTOCOLS
                .get(number(&fixed[10])?)
                .ok_or("no such protocol")?,
        );
    if let Some(peer) = &peer {
        request = request.peer(peer);
    }
    if let Some(local) = &local {
        request = request.local(local);
    }
    request = if count % 2 == 1 {
        request.lookup(&lookup)
    } else {
        request.headers(&lines)
    };
    let decision = reader.route(&request)?;
    if count % 3 != 2 {
        return Ok(decision.json(Some(&request))?);
    }
    let pinned = decision.pin()?;
    drop(reader.route(&Request::new("GET", "else.where", "/other/texts").peek(true))?);
    Ok(pinned.json(Some(&request))?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [config, requests, settings @ ..] = arguments.as_slice() else {
        return Err("usage: vectors CONFIG REQUESTS [KEY=VALUE]...".into());
    };
    let mut options = Options::new()?;
    for setting in settings {
        let (key, value) = setting.split_once('=').ok_or("KEY=VALUE")?;
        options = options.set(key, value)?;
    }
    let engine = Engine::with_options(&options)?;
    if let Err(error) = engine.load([config]) {
        eprintln!("{error:#}");
    }
    let mut reader = engine.reader()?;
    let mut out = io::stdout().lock();
    for (count, line) in std::fs::read_to_string(requests)?.lines().enumerate() {
        let fields = fields_of(line).ok_or("a line is not hexadecimal")?;
        out.write_all(&answer(&mut reader, &fields, count)?)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
