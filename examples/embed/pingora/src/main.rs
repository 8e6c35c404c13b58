//! A reverse proxy for HTTP/1.1 on pingora that forwards by kgw's decisions. This file: the process.
//! See README.md.

mod answer;
#[path = "../../rust/src/command_line.rs"]
mod command_line;
mod control;
mod exchange;
mod gateway;
mod headers;
mod mirror;
mod peer;
mod readers;

use std::error::Error;
use std::process::ExitCode;

use kgw::{Engine, Report};
use pingora_core::server::Server;
use pingora_core::server::configuration::ServerConf;
use pingora_core::services::background::background_service;

use command_line::CommandLine;
use control::Control;
use gateway::Gateway;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let command_line = match CommandLine::parse(&arguments) {
        Ok(command_line) => command_line,
        Err(problem) => {
            eprintln!("kgw-pingora: {problem}\n{}", command_line::USAGE);
            return ExitCode::from(2);
        }
    };
    match start(command_line) {
        Ok(server) => server.run_forever(),
        Err(error) => {
            eprintln!("kgw-pingora: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The engine follows the files on a thread of its own. Each listener is a service of pingora, with
/// worker threads of its own.
fn start(command_line: CommandLine) -> Result<Server, Box<dyn Error>> {
    let mut options = kgw::Options::new()?.log(|_, text| eprintln!("kgw: {text}"))?;
    for (key, value) in &command_line.settings {
        options = options.set(key, value)?;
    }
    let engine = Engine::with_options(&options)?;
    print(&engine.watch(&command_line.configs)?);
    engine.start()?;
    let mut server = Server::new_with_opt_and_conf(None, configuration(command_line.workers));
    server.bootstrap();
    for listen in &command_line.listens {
        let gateway = Gateway::new(engine.clone(), listen.port);
        let mut service = pingora_proxy::http_proxy_service(&server.configuration, gateway);
        service.add_tcp(&listen.address.to_string());
        server.add_service(service);
    }
    let control = Control {
        engine,
        configs: command_line.configs,
    };
    server.add_service(background_service("control", control));
    Ok(server)
}

fn configuration(workers: usize) -> ServerConf {
    ServerConf {
        threads: workers,
        // What is under way has so long to end; the process waits in any case.
        grace_period_seconds: Some(5),
        graceful_shutdown_timeout_seconds: Some(1),
        max_retries: usize::MAX, // kgw says how often
        ..ServerConf::default()
    }
}

fn print(report: &Report) {
    for finding in &report.diagnostics {
        eprintln!("{finding}");
    }
}
