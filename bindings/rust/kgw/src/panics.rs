//! Panics of callbacks must not unwind through C++.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

pub(crate) type Panic = Box<dyn Any + Send>;

thread_local! {
    /// What a header lookup panicked with, until the call is back that asked for it.
    static PENDING: Cell<Option<Panic>> = const { Cell::new(None) };
    /// How many callbacks of the library are running on this thread.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Runs a callback. Its panic goes no further; it is returned.
pub(crate) fn contain<R>(callback: impl FnOnce() -> R) -> Result<R, Panic> {
    DEPTH.set(DEPTH.get() + 1);
    let result = catch_unwind(AssertUnwindSafe(callback));
    DEPTH.set(DEPTH.get() - 1);
    result
}

/// Whether the library is waiting for a callback on this thread.
pub(crate) fn in_callback() -> bool {
    DEPTH.get() > 0
}

/// Lets go of a panic. What it panicked with may itself panic when it is dropped; the second one is
/// leaked, for it may do the same.
pub(crate) fn discard(panic: Panic) {
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        std::mem::forget(second);
    }
}

/// Keeps a panic for `take`. The first one counts.
pub(crate) fn keep(panic: Panic) {
    let first = PENDING.take();
    if first.is_none() {
        PENDING.set(Some(panic));
        return;
    }
    PENDING.set(first);
    discard(panic);
}

/// Whether there is one: the call that it belongs to need not be told more.
pub(crate) fn pending() -> bool {
    let panic = PENDING.take();
    let any = panic.is_some();
    PENDING.set(panic);
    any
}

/// What was kept, for `resume`.
pub(crate) fn take() -> Option<Panic> {
    PENDING.take()
}

/// Goes on with a panic where Rust can unwind.
pub(crate) fn resume(panic: Panic) -> ! {
    resume_unwind(panic)
}

/// What a panic said, for findings.
pub(crate) fn message(panic: &Panic) -> &str {
    if let Some(text) = panic.downcast_ref::<&str>() {
        return text;
    }
    panic
        .downcast_ref::<String>()
        .map_or("a panic without a text", String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contained_panic_is_returned_with_its_message() {
        let panic = contain(|| -> () { panic!("number {}", 7) }).expect_err("it panics");
        assert_eq!(message(&panic), "number 7");
        let panic = contain(|| -> () { panic!("plain") }).expect_err("it panics");
        assert_eq!(message(&panic), "plain");
        assert!(!in_callback());
        assert!(contain(in_callback).expect("it does not panic"));
    }

    #[test]
    fn a_panic_with_something_that_panics_again_is_let_go() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("once more");
            }
        }
        let panic = contain(|| -> () { std::panic::panic_any(Bomb) }).expect_err("it panics");
        discard(panic);
    }

    #[test]
    fn the_first_panic_is_kept_until_it_is_taken() {
        assert!(!pending());
        keep(Box::new("first"));
        keep(Box::new("second"));
        assert!(pending());
        assert_eq!(message(&take().expect("one is kept")), "first");
        assert!(take().is_none());
    }
}
