//! The options of the program.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

pub const USAGE: &str =
    "usage: kgw-proxy --listen [ADDRESS:]PORT[=LISTENERPORT]... --config FILE|DIR...
                 [--workers N] [--set KEY=VALUE]...";

pub struct CommandLine {
    pub listens: Vec<Listen>,
    pub configs: Vec<String>,
    pub workers: usize,
    pub settings: Vec<(String, String)>,
}

pub struct Listen {
    pub address: SocketAddr,
    /// Of the Gateway's listener.
    pub port: u16,
}

impl CommandLine {
    pub fn parse(arguments: &[String]) -> Result<CommandLine, String> {
        let mut out = CommandLine {
            listens: vec![],
            configs: vec![],
            workers: 1,
            settings: vec![],
        };
        for pair in arguments.chunks(2) {
            let [option, value] = pair else {
                return Err(format!("{} lacks its value", pair[0]));
            };
            let bad = || format!("{option} cannot be {value}");
            match option.as_str() {
                "--listen" => out.listens.push(listen_of(value).ok_or_else(bad)?),
                "--config" => out.configs.push(value.clone()),
                "--workers" => {
                    let workers = value
                        .parse()
                        .ok()
                        .filter(|number| (1..=256).contains(number));
                    out.workers = workers.ok_or_else(bad)?;
                }
                "--set" => {
                    let (key, value) = value.split_once('=').ok_or_else(bad)?;
                    out.settings.push((key.to_string(), value.to_string()));
                }
                _ => return Err(format!("{option} is no option")),
            }
        }
        if out.listens.is_empty() || out.configs.is_empty() {
            return Err("--listen and --config are needed".to_string());
        }
        Ok(out)
    }
}

/// `[ADDRESS:]PORT[=LISTENERPORT]`
fn listen_of(text: &str) -> Option<Listen> {
    let (place, listener_port) = match text.split_once('=') {
        Some((place, port)) => (place, Some(port)),
        None => (text, None),
    };
    let everywhere = |port| SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port);
    let address = place
        .parse()
        .or_else(|_| place.parse().map(everywhere))
        .ok()?;
    let port = listener_port.map_or(Ok(address.port()), str::parse).ok()?;
    Some(Listen { address, port })
}
