//! One reader for each worker thread.

use std::cell::RefCell;

use kgw::{Engine, Error, Reader};

thread_local! {
    static READER: RefCell<Option<Reader>> = const { RefCell::new(None) };
}

/// Asks this thread's reader.
pub fn with<R>(
    engine: &Engine,
    ask: impl FnOnce(&mut Reader) -> Result<R, Error>,
) -> Result<R, Error> {
    READER.with_borrow_mut(|reader| match reader {
        Some(reader) => ask(reader),
        None => ask(reader.insert(engine.reader()?)),
    })
}

/// Before a thread sleeps. Whatever is under way has pinned its decision.
pub fn rest() {
    READER.with_borrow_mut(|reader| {
        if let Some(reader) = reader {
            reader.rest();
        }
    });
}
