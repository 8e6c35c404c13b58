//! Engines with a thread of their own, and the end of the process.

use std::sync::{Arc, Mutex, Once, PoisonError, Weak};

use crate::handle::Handle;

static STARTED: Mutex<Vec<Weak<Handle>>> = Mutex::new(Vec::new());
static REGISTERED: Once = Once::new();

/// The engine's thread must not run on while the process ends.
pub(crate) fn stop_at_exit(engine: &Arc<Handle>) {
    REGISTERED.call_once(|| {
        // SAFETY: `stop_all` never unwinds.
        unsafe { libc::atexit(stop_all) };
    });
    let mut started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
    started.retain(|engine| engine.strong_count() > 0);
    started.push(Arc::downgrade(engine));
}

extern "C" fn stop_all() {
    let started = std::mem::take(&mut *STARTED.lock().unwrap_or_else(PoisonError::into_inner));
    for engine in started.iter().filter_map(Weak::upgrade) {
        // SAFETY: the engine is there.
        unsafe { kgw_sys::kgw_engine_stop(engine.raw()) };
    }
}
