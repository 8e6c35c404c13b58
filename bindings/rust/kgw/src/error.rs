//! What a call fails with.

use std::fmt;

use kgw_sys as sys;

use crate::{Diagnostic, raw};

/// The kind of an [`Error`].
///
/// ```
/// let error = kgw::Options::new().unwrap().set("no_such_option", "1").unwrap_err();
/// match error.code() {
///     kgw::Code::Option => println!("{error}"),
///     code => panic!("{code:?}"),
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// A value outside of its range, or a [`Ticket`](crate::Ticket) of another engine.
    Invalid,
    /// The loaded `libkgw` is older than this crate, or newer than it can be understood.
    Version,
    /// A reader is in use already.
    Busy,
    /// A callback called back into the engine that called it.
    Reentrant,
    /// There is no memory.
    Memory,
    /// The configuration is not good enough: see [`Error::diagnostics`].
    Config,
    /// No such option, or no such value of it.
    Option,
    /// The operating system refused something.
    System,
    /// Something else, which the message says.
    Internal,
}

impl Code {
    fn of(code: i32) -> Code {
        match code {
            sys::KGW_E_INVALID => Code::Invalid,
            sys::KGW_E_SIZE | sys::KGW_E_TOO_NEW => Code::Version,
            sys::KGW_E_BUSY => Code::Busy,
            sys::KGW_E_REENTRANT => Code::Reentrant,
            sys::KGW_E_MEMORY => Code::Memory,
            sys::KGW_E_CONFIG => Code::Config,
            sys::KGW_E_OPTION => Code::Option,
            sys::KGW_E_SYSTEM => Code::System,
            _ => Code::Internal,
        }
    }
}

/// What a call failed with, in one pointer.
///
/// It prints as one sentence, and with `{:#}` as that and all findings, one a line.
///
/// ```
/// let error = kgw::Engine::from_text("kind: Gatewey").unwrap_err();
/// assert_eq!(error.code(), kgw::Code::Config);
/// assert_eq!(error.diagnostics()[0].code, "MissingField");
/// println!("{error:#}");
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    code: Code,
    message: String,
    diagnostics: Vec<Diagnostic>,
}

impl Error {
    /// Its kind.
    ///
    /// ```
    /// assert_eq!(kgw::Engine::from_text("kind: [").unwrap_err().code(), kgw::Code::Config);
    /// ```
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// One sentence for people.
    ///
    /// ```
    /// let error = kgw::Engine::from_text("kind: [").unwrap_err();
    /// assert!(error.message().starts_with("text:1:"));
    /// ```
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// All findings about the configuration, warnings too.
    ///
    /// ```
    /// let error = kgw::Engine::from_text("kind: [").unwrap_err();
    /// assert!(error.diagnostics().iter().any(|found| found.is_error()));
    /// ```
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.0.diagnostics
    }

    pub(crate) fn new(code: Code, message: impl Into<String>) -> Error {
        Error(Box::new(Inner {
            code,
            message: message.into(),
            diagnostics: Vec::new(),
        }))
    }

    pub(crate) fn of_findings(message: String, diagnostics: Vec<Diagnostic>) -> Error {
        Error(Box::new(Inner {
            code: Code::Config,
            message,
            diagnostics,
        }))
    }

    #[cold]
    pub(crate) fn of_code(code: i32) -> Error {
        let message = match Code::of(code) {
            Code::Invalid => "a value that the library does not take",
            Code::Version => "the loaded libkgw has another version of this interface",
            Code::Busy => "the reader is in use",
            Code::Reentrant => "a callback called back into the engine that called it",
            Code::Memory => "out of memory",
            _ => "libkgw failed inside",
        };
        Error::new(Code::of(code), message)
    }

    /// # Safety
    /// `error` comes from the library, and is the caller's.
    #[cold]
    unsafe fn take(error: *mut sys::kgw_error) -> Error {
        // SAFETY: as above; all that it says is copied before it is freed.
        unsafe {
            let mut diagnostics = Vec::new();
            for index in 0..sys::kgw_error_count(error) {
                let mut found = sys::KGW_DIAGNOSTIC_INIT;
                if sys::kgw_error_at(error, index, &mut found) == sys::KGW_OK {
                    diagnostics.push(Diagnostic::copy_of(&found));
                }
            }
            let code = Code::of(sys::kgw_error_code(error));
            let message = raw::string(sys::kgw_error_message(error));
            sys::kgw_error_free(error);
            Error(Box::new(Inner {
                code,
                message,
                diagnostics,
            }))
        }
    }
}

/// # Safety
/// `error` comes from the library, and is the caller's.
pub(crate) unsafe fn check(error: *mut sys::kgw_error) -> Result<(), Error> {
    if error.is_null() {
        return Ok(());
    }
    // SAFETY: as above.
    Err(unsafe { Error::take(error) })
}

#[inline]
pub(crate) fn check_code(code: i32) -> Result<(), Error> {
    if code == sys::KGW_OK {
        Ok(())
    } else {
        Err(Error::of_code(code))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if f.alternate() {
            for found in &self.0.diagnostics {
                write!(f, "\n  {found}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self:#}", self.0.code)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_library_has_a_kind() {
        let kinds: Vec<Code> = (sys::KGW_E_INTERNAL..=sys::KGW_E_INVALID)
            .map(Code::of)
            .collect();
        assert_eq!(kinds.len(), 10);
        assert_eq!(
            kinds.iter().filter(|kind| **kind == Code::Internal).count(),
            1
        );
        assert_eq!(Code::of(-1000), Code::Internal);
    }

    #[test]
    fn an_error_is_one_pointer() {
        assert_eq!(size_of::<Result<(), Error>>(), size_of::<usize>());
        assert!(check_code(sys::KGW_OK).is_ok());
        let error = check_code(sys::KGW_E_BUSY).expect_err("it is none");
        assert_eq!((error.code(), error.diagnostics().len()), (Code::Busy, 0));
        assert_eq!(format!("{error:?}"), "Busy: the reader is in use");
    }
}
