//! The KGW_X_INIT are, byte for byte, what C makes of them; and the library takes them.

use std::path::PathBuf;
use std::process::Command;

use kgw_sys::*;

/// The bytes of a struct that has no padding, as `0a0b...`.
fn bytes<T>(value: T) -> String {
    // SAFETY: it is there, and its fields lie side by side.
    let bytes = unsafe {
        std::slice::from_raw_parts(std::ptr::from_ref(&value).cast::<u8>(), size_of::<T>())
    };
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a C program prints for `kgw_x value = KGW_X_INIT`, for each of these.
fn by_c(names: &[&str]) -> Vec<String> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let prints: String = names
        .iter()
        .map(|name| {
            format!(
                "  {{ kgw_{name} v = KGW_{}_INIT; print(&v, sizeof v); }}\n",
                name.to_uppercase()
            )
        })
        .collect();
    let text = format!(
        "#include <kgw/c.h>\n#include <stdio.h>\n\
         static void print(const void* at, size_t size) {{\n\
           for (size_t i = 0; i < size; ++i) printf(\"%02x\", ((const unsigned char*)at)[i]);\n\
           printf(\"\\n\");\n}}\nint main(void) {{\n{prints}  return 0;\n}}\n"
    );
    let (source, program) = (folder.join("values.c"), folder.join("values"));
    std::fs::write(&source, text).expect("a file");
    let include = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../include");
    let made = Command::new("cc")
        .args(["-I", include, "-o"])
        .args([&program, &source])
        .status();
    assert!(made.expect("a C compiler").success());
    let output = Command::new(&program).output().expect("the program");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(str::to_string)
        .collect()
}

#[test]
fn constants_are_those_of_c() {
    let ours = [
        ("str", bytes(KGW_STR_INIT)),
        ("diagnostic", bytes(KGW_DIAGNOSTIC_INIT)),
        ("log_callback", bytes(KGW_LOG_CALLBACK_INIT)),
        ("upstream_endpoint", bytes(KGW_UPSTREAM_ENDPOINT_INIT)),
        ("upstream_type", bytes(KGW_UPSTREAM_TYPE_INIT)),
        ("stats", bytes(KGW_STATS_INIT)),
        ("object", bytes(KGW_OBJECT_INIT)),
        ("header_edits", bytes(KGW_HEADER_EDITS_INIT)),
        ("decision", bytes(KGW_DECISION_INIT)),
        ("outcome", bytes(KGW_OUTCOME_INIT)),
    ];
    let theirs = by_c(&ours.each_ref().map(|(name, _)| *name));
    assert_eq!(theirs.len(), ours.len());
    for ((name, ours), theirs) in ours.iter().zip(theirs) {
        assert_eq!(*ours, theirs, "{name}");
    }
}

#[test]
fn the_library_takes_a_request_as_it_is_made_here() {
    let (mut engine, mut reader) = (std::ptr::null_mut(), std::ptr::null_mut());
    let (request, mut decision) = (KGW_REQUEST_INIT, KGW_DECISION_INIT);
    // SAFETY: as kgw/c.h says.
    unsafe {
        assert!(kgw_abi() >= KGW_ABI);
        assert!(kgw_engine_new(std::ptr::null(), &mut engine).is_null());
        assert!(kgw_reader_new(engine, &mut reader).is_null());
        assert_eq!(kgw_reader_route(reader, &request, &mut decision), KGW_OK);
        assert_eq!(
            (decision.verdict, decision.reason.len),
            (KGW_REJECT, "NoListener".len())
        );
        kgw_reader_free(reader);
        kgw_engine_free(engine);
    }
}
