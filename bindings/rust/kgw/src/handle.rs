//! The engine as all who need it share it.

use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::sync::Arc;
use std::thread;

use kgw_sys as sys;

use crate::log::Log;
use crate::panics;

/// The library's engine. The last one who holds it frees it.
pub(crate) struct Handle {
    raw: NonNull<sys::kgw_engine>,
    /// Called by the engine until it is freed.
    log: Option<Arc<Log>>,
}

// SAFETY: kgw/c.h says that any thread may call an engine.
unsafe impl Send for Handle {}
// SAFETY: as above.
unsafe impl Sync for Handle {}

impl Handle {
    /// # Safety
    /// `raw` comes from kgw_engine_new and is the caller's; its log callback is `log`.
    pub(crate) unsafe fn new(raw: NonNull<sys::kgw_engine>, log: Option<Arc<Log>>) -> Handle {
        Handle { raw, log }
    }

    #[inline]
    pub(crate) fn raw(&self) -> *mut sys::kgw_engine {
        self.raw.as_ptr()
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let last = LastOfEngine {
            raw: self.raw,
            _log: self.log.take(),
        };
        if !panics::in_callback() {
            return;
        }
        // A callback cannot free the engine that may be waiting for it. If there is no thread to be
        // had, the engine stays.
        let last = ManuallyDrop::new(last);
        let _ = thread::Builder::new().spawn(move || drop(ManuallyDrop::into_inner(last)));
    }
}

struct LastOfEngine {
    raw: NonNull<sys::kgw_engine>,
    _log: Option<Arc<Log>>,
}

// SAFETY: as for Handle.
unsafe impl Send for LastOfEngine {}

impl Drop for LastOfEngine {
    fn drop(&mut self) {
        // SAFETY: nobody else holds it. The log callback ends after this.
        unsafe { sys::kgw_engine_free(self.raw.as_ptr()) }
    }
}

/// What the tickets of one reader share: counting who holds the engine is then mostly the business
/// of one thread.
pub(crate) struct Home {
    pub(crate) engine: Arc<Handle>,
}
