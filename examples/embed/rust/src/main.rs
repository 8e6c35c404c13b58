//! A reverse proxy for HTTP/1.1 that forwards by kgw's decisions. This file: the process, its engine
//! and signals. See README.md.

mod answer;
mod attempt;
mod command_line;
mod exchange;
mod headers;
mod mirror;
mod proxy;
mod readers;
mod request_body;
mod serve;

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use kgw::{Engine, Report};
use tokio::net::TcpListener;
use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, watch};

use command_line::CommandLine;
use proxy::Proxy;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let command_line = match CommandLine::parse(&arguments) {
        Ok(command_line) => command_line,
        Err(problem) => {
            eprintln!("kgw-proxy: {problem}\n{}", command_line::USAGE);
            return ExitCode::from(2);
        }
    };
    match run(&command_line) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kgw-proxy: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The engine follows the files on a thread of its own. Each worker of tokio has a reader, which
/// lets go of its snapshot when there is nothing to do.
fn run(command_line: &CommandLine) -> Result<(), Box<dyn Error>> {
    let mut options = kgw::Options::new()?.log(|_, text| eprintln!("kgw: {text}"))?;
    for (key, value) in &command_line.settings {
        options = options.set(key, value)?;
    }
    let engine = Engine::with_options(&options)?;
    print(&engine.watch(&command_line.configs)?);
    engine.start()?;
    let tokio = runtime::Builder::new_multi_thread()
        .worker_threads(command_line.workers)
        .on_thread_park(readers::rest)
        .enable_all()
        .build()?;
    tokio.block_on(serve_until_stopped(&engine, command_line))
}

async fn serve_until_stopped(
    engine: &Engine,
    command_line: &CommandLine,
) -> Result<(), Box<dyn Error>> {
    let (under_way, mut all_done) = mpsc::channel::<()>(1);
    let (stop, stopping) = watch::channel(());
    let proxy = Arc::new(Proxy::new(engine.clone(), under_way));
    for listen in &command_line.listens {
        let socket = TcpListener::bind(listen.address).await?;
        tokio::spawn(serve::serve(
            proxy.clone(),
            socket,
            listen.port,
            stopping.clone(),
        ));
        eprintln!(
            "listening on {} for port {} of the Gateway",
            listen.address, listen.port
        );
    }
    drop((proxy, stopping));
    follow_signals(engine, command_line).await?;
    eprintln!("stopping: what is under way is finished; a second signal ends at once");
    drop(stop);
    // Whatever is under way has the sender; nothing is ever sent.
    tokio::select! {
        _ = all_done.recv() => Ok(()),
        again = follow_signals(engine, command_line) => Ok(again?),
    }
}

/// Until one says to stop.
async fn follow_signals(engine: &Engine, command_line: &CommandLine) -> std::io::Result<()> {
    let mut reloads = signal(SignalKind::hangup())?;
    let mut questions = signal(SignalKind::user_defined1())?;
    let mut terminations = signal(SignalKind::terminate())?;
    let mut interrupts = signal(SignalKind::interrupt())?;
    loop {
        tokio::select! {
            _ = reloads.recv() => reload(engine, command_line),
            _ = questions.recv() => print_stats(engine),
            _ = terminations.recv() => return Ok(()),
            _ = interrupts.recv() => return Ok(()),
        }
    }
}

/// Reads the files now, without waiting for them to settle. This thread may block: it serves nobody.
fn reload(engine: &Engine, command_line: &CommandLine) {
    match engine.load(&command_line.configs) {
        Ok(report) => {
            eprintln!("reloaded: generation {}", report.generation);
            print(&report);
        }
        Err(error) => eprintln!("{error:#}"),
    }
}

fn print(report: &Report) {
    for finding in &report.diagnostics {
        eprintln!("{finding}");
    }
}

fn print_stats(engine: &Engine) {
    match engine.stats() {
        Ok(stats) => eprintln!(
            "stats {{\"generation\":{},\"snapshots\":{},\"readers_behind\":{}}}",
            stats.generation, stats.snapshots, stats.readers_behind
        ),
        Err(error) => eprintln!("{error}"),
    }
}
