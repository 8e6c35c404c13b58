//! Findings about a configuration.

use std::fmt;

use kgw_sys::{KGW_ERROR, kgw_diagnostic};

use crate::raw;

/// How bad a [`Diagnostic`] is.
///
/// ```
/// assert!(kgw::Severity::Error > kgw::Severity::Warning);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It works, but probably not as it was meant.
    Warning,
    /// Something is out of effect.
    Error,
}

/// One finding about a configuration. Its fields are the keys of `kgw check -o json`.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// let engine = kgw::Engine::new()?;
/// let report = engine.apply_text("edge.yaml", "kind: Gatewey")?;
/// let found = &report.diagnostics[0];
/// assert_eq!((found.file.as_str(), found.line, found.column), ("edge.yaml", 1, 1));
/// assert_eq!((found.severity, found.code.as_str()), (kgw::Severity::Error, "MissingField"));
/// assert!(found.to_string().starts_with("edge.yaml:1:1: error: "));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The source's name, as it was given.
    pub file: String,
    /// From 1; 0 if there is no place in a text.
    pub line: u32,
    /// From 1, in bytes.
    pub column: u32,
    /// Of the object.
    pub kind: String,
    /// Of the object.
    pub namespace: String,
    /// Of the object.
    pub name: String,
    /// Where in the object: `spec.rules[0].matches[0].path.type`.
    pub field: String,
    /// A stable word to filter by: `UnknownValue`.
    pub code: String,
    /// One sentence.
    pub message: String,
    /// The nearest word that would be valid, or empty.
    pub suggestion: String,
}

impl Diagnostic {
    /// # Safety
    /// The texts of `found` are there during the call.
    pub(crate) unsafe fn copy_of(found: &kgw_diagnostic) -> Diagnostic {
        // SAFETY: as above.
        let copy = |text| unsafe { raw::string(text) };
        let error = found.severity == KGW_ERROR;
        Diagnostic {
            severity: if error {
                Severity::Error
            } else {
                Severity::Warning
            },
            file: copy(found.file),
            line: found.line,
            column: found.column,
            kind: copy(found.kind),
            namespace: copy(found.namespace_),
            name: copy(found.name),
            field: copy(found.field),
            code: copy(found.code),
            message: copy(found.message),
            suggestion: copy(found.suggestion),
        }
    }

    /// Whether it is more than a warning.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// let report = kgw::Engine::new()?.apply_text("edge.yaml", "kind: Gatewey")?;
    /// assert!(report.diagnostics[0].is_error());
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// `routes.yaml:3:9: error: HTTPRoute default/shop spec: one sentence (did you mean "x"?) [Code]`
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.file.is_empty() {
            write!(f, "{}:", self.file)?;
            if self.line != 0 {
                write!(f, "{}:{}:", self.line, self.column)?;
            }
            f.write_str(" ")?;
        }
        f.write_str(if self.is_error() {
            "error: "
        } else {
            "warning: "
        })?;
        let separator = if self.namespace.is_empty() { "" } else { "/" };
        let object = format!("{} {}{separator}{}", self.kind, self.namespace, self.name);
        let place = format!("{} {}", object.trim(), self.field);
        if !place.trim().is_empty() {
            write!(f, "{}: ", place.trim())?;
        }
        f.write_str(&self.message)?;
        if !self.suggestion.is_empty() && !self.message.contains("did you mean") {
            write!(f, " (did you mean \"{}\"?)", self.suggestion)?;
        }
        if !self.code.is_empty() {
            write!(f, " [{}]", self.code)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgw_sys::{KGW_DIAGNOSTIC_INIT, KGW_WARNING};

    fn found(severity: i32) -> Diagnostic {
        let mut raw = KGW_DIAGNOSTIC_INIT;
        raw.severity = severity;
        raw.file = raw::borrow(b"routes.yaml");
        raw.message = raw::borrow(b"this is wrong");
        // SAFETY: literals live for ever.
        unsafe { Diagnostic::copy_of(&raw) }
    }

    #[test]
    fn findings_print_as_the_program_prints_them() {
        let mut one = found(KGW_ERROR);
        assert_eq!(one.to_string(), "routes.yaml: error: this is wrong");
        (one.line, one.column) = (3, 9);
        (one.kind, one.name) = ("HTTPRoute".into(), "shop".into());
        assert_eq!(
            one.to_string(),
            "routes.yaml:3:9: error: HTTPRoute shop: this is wrong"
        );
        (one.namespace, one.field) = ("default".into(), "spec".into());
        assert!(
            one.to_string()
                .ends_with("error: HTTPRoute default/shop spec: this is wrong")
        );
        (one.suggestion, one.code) = ("right".into(), "UnknownValue".into());
        assert!(
            one.to_string()
                .ends_with(r#"this is wrong (did you mean "right"?) [UnknownValue]"#)
        );
        one.message = "no such value: did you mean right?".into();
        assert!(
            one.to_string()
                .ends_with("did you mean right? [UnknownValue]")
        );
    }

    #[test]
    fn warnings_are_no_errors() {
        assert!(found(KGW_ERROR).is_error());
        assert!(!found(KGW_WARNING).is_error());
    }
}
