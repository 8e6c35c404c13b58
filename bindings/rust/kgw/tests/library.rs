//! The library that is loaded may be another one, and the process may end at any time.

mod support;

use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Output, exit};

use support::{Folder, shop};

/// What kgw-sys declares, and so what the loader wants to find.
const DECLARED: &[&str] = &[
    include_str!("../../kgw-sys/src/basics.rs"),
    include_str!("../../kgw-sys/src/decision.rs"),
    include_str!("../../kgw-sys/src/engine.rs"),
    include_str!("../../kgw-sys/src/options.rs"),
    include_str!("../../kgw-sys/src/reader.rs"),
    include_str!("../../kgw-sys/src/request.rs"),
];

fn functions() -> Vec<&'static str> {
    let pieces = DECLARED
        .iter()
        .flat_map(|text| text.split("pub fn ").skip(1));
    pieces.filter_map(|piece| piece.split('(').next()).collect()
}

/// A libkgw of another age: all functions but the `absent` one are there, and do nothing.
fn make_library(folder: &Path, abi: i32, absent: &str) {
    let mut text = format!(
        "const char* kgw_version(void) {{ return \"0.0.7\"; }}\nint kgw_abi(void) {{ return {abi}; }}\n"
    );
    for name in functions() {
        if !["kgw_version", "kgw_abi", absent].contains(&name) {
            writeln!(text, "void* {name}(void) {{ return 0; }}").expect("a String grows");
        }
    }
    // Its symbols have the version that programs ask for.
    let version = include_str!("../../../../capi/kgw.map")
        .split_whitespace()
        .next();
    let map = format!("{} {{ global: kgw_*; }};\n", version.expect("a map"));
    let (source, script) = (folder.join("old.c"), folder.join("old.map"));
    std::fs::write(&source, text).expect("a file");
    std::fs::write(&script, map).expect("a file");
    let made = Command::new("cc")
        .args(["-shared", "-fPIC", "-w", "-Wl,-soname,libkgw.so.0", "-o"])
        .args([&folder.join("libkgw.so.0"), &source])
        .arg(format!("-Wl,--version-script,{}", script.display()))
        .status();
    assert!(made.expect("a C compiler").success());
}

/// Runs one test of this file again, in a process that knows to be the child.
fn child(test: &str, library: Option<&Path>) -> Output {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command
        .args(["--exact", test, "--nocapture"])
        .env("KGW_TEST_CHILD", "1");
    if let Some(folder) = library {
        command.env("LD_LIBRARY_PATH", folder);
    }
    command.output().expect("a child")
}

fn is_child() -> bool {
    std::env::var_os("KGW_TEST_CHILD").is_some()
}

fn errors_of(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_library_that_is_too_old_is_an_error() {
    if is_child() {
        let error = kgw::Engine::new().expect_err("the library is too old");
        assert_eq!(error.code(), kgw::Code::Version);
        eprintln!("{error}");
        exit(3);
    }
    let folder = Folder::new("old");
    make_library(&folder.0, 0, "");
    let output = child("a_library_that_is_too_old_is_an_error", Some(&folder.0));
    let said = errors_of(&output);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("libkgw 0.0.7 is too old"), "{said}");
}

#[test]
fn a_library_without_a_function_is_told_by_the_loader() {
    assert!(!is_child(), "it must not start");
    let folder = Folder::new("lacking");
    make_library(&folder.0, 1, "kgw_engine_watch");
    let output = child(
        "a_library_without_a_function_is_told_by_the_loader",
        Some(&folder.0),
    );
    let said = errors_of(&output);
    assert!(!output.status.success());
    assert!(
        said.contains("undefined symbol: kgw_engine_watch"),
        "{said}"
    );
}

#[test]
fn the_process_may_end_while_an_engine_has_a_thread() {
    if is_child() {
        let engine = shop();
        engine.watch(["examples"]).expect("a report");
        engine.start().expect("a thread");
        std::mem::forget(engine);
        exit(0);
    }
    for _ in 0..20 {
        let output = child("the_process_may_end_while_an_engine_has_a_thread", None);
        assert!(
            output.status.success(),
            "{:?} {}",
            output.status,
            errors_of(&output)
        );
    }
}

#[test]
fn the_library_is_that_of_this_crate_or_newer() {
    let parts: Vec<u32> = kgw::version()
        .split('.')
        .filter_map(|part| part.parse().ok())
        .collect();
    assert_eq!(parts.len(), 3);
    assert!(functions().len() >= 48, "{:?}", functions());
}
