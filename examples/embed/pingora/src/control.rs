//! Signals that pingora leaves to us: SIGHUP and SIGUSR1.

use async_trait::async_trait;
use kgw::Engine;
use pingora_core::server::ShutdownWatch;
use pingora_core::services::background::BackgroundService;
use tokio::signal::unix::{SignalKind, signal};

use crate::print;

pub struct Control {
    pub engine: Engine,
    pub configs: Vec<String>,
}

#[async_trait]
impl BackgroundService for Control {
    async fn start(&self, mut shutdown: ShutdownWatch) {
        if let Err(error) = self.follow_signals(&mut shutdown).await {
            eprintln!("no signals: {error}");
        }
    }
}

impl Control {
    async fn follow_signals(&self, shutdown: &mut ShutdownWatch) -> std::io::Result<()> {
        let mut reloads = signal(SignalKind::hangup())?;
        let mut questions = signal(SignalKind::user_defined1())?;
        loop {
            tokio::select! {
                _ = reloads.recv() => self.reload(),
                _ = questions.recv() => self.print_stats(),
                _ = shutdown.changed() => return Ok(()),
            }
        }
    }

    /// Reads the files now, without waiting for them to settle. This thread may block: it serves nobody.
    fn reload(&self) {
        match self.engine.load(&self.configs) {
            Ok(report) => {
                eprintln!("reloaded: generation {}", report.generation);
                print(&report);
            }
            Err(error) => eprintln!("{error:#}"),
        }
    }

    fn print_stats(&self) {
        match self.engine.stats() {
            Ok(stats) => eprintln!(
                "stats {{\"generation\":{},\"snapshots\":{},\"readers_behind\":{}}}",
                stats.generation, stats.snapshots, stats.readers_behind
            ),
            Err(error) => eprintln!("{error}"),
        }
    }
}
