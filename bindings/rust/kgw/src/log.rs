//! What happens inside, told to the embedder.

use std::ffi::c_void;

use kgw_sys as sys;

use crate::{panics, raw};

/// How much a line of the log matters.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// let options = kgw::Options::new()?.log(|level, text| {
///     if level >= kgw::LogLevel::Warning {
///         eprintln!("kgw: {text}");
///     }
/// })?;
/// let engine = kgw::Engine::with_options(&options)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogLevel {
    /// A reload, for one.
    Info,
    /// Something that works, but should not be like this.
    Warning,
    /// Something that does not work.
    Error,
}

pub(crate) type Log = Box<dyn Fn(LogLevel, &str) + Send + Sync>;

/// # Safety
/// For the library: `ctx` is a Log, and `text` is there during the call.
pub(crate) unsafe extern "C" fn log(ctx: *mut c_void, level: i32, text: sys::kgw_str) {
    // SAFETY: as above.
    let (log, text) = unsafe { (&*ctx.cast::<Log>(), raw::text(text)) };
    let level = match level {
        sys::KGW_LOG_INFO => LogLevel::Info,
        sys::KGW_LOG_WARNING => LogLevel::Warning,
        _ => LogLevel::Error,
    };
    // There is nobody to tell of a panic but the panic hook, which knows.
    if let Err(panic) = panics::contain(|| log(level, &text.to_str_lossy())) {
        panics::discard(panic);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[test]
    fn lines_arrive_and_panics_do_not_leave() {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&lines);
        let to: Log = Box::new(move |level, text| {
            seen.lock()
                .expect("nobody panics with it")
                .push((level, text.to_string()));
            assert_ne!(text, "bang");
        });
        let ctx = std::ptr::from_ref(&to).cast_mut().cast();
        for (level, text) in [(0, "a"), (1, "bang"), (2, "b"), (77, "c")] {
            // SAFETY: `to` and the literals are there.
            unsafe { log(ctx, level, raw::borrow(text.as_bytes())) };
        }
        let lines = lines.lock().expect("it panicked after it let go");
        let levels: Vec<_> = lines.iter().map(|(level, _)| *level).collect();
        assert_eq!(
            levels,
            [
                LogLevel::Info,
                LogLevel::Warning,
                LogLevel::Error,
                LogLevel::Error
            ]
        );
        assert_eq!(lines[3].1, "c");
    }
}
