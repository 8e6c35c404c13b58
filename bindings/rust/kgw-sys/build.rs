//! Finds an installed libkgw by pkg-config. Crates that depend on this one see its folder as
//! `DEP_KGW_LIBDIR` in their build scripts, for an rpath.

/// The first library that has all that `src/` declares.
const LEAST: &str = env!("CARGO_PKG_VERSION");

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    match pkg_config::Config::new()
        .atleast_version(LEAST)
        .probe("kgw")
    {
        Ok(library) => {
            for path in library.link_paths {
                println!("cargo:libdir={}", path.display());
            }
        }
        Err(error) => {
            eprintln!("{}\n\npkg-config: {error}", advice(&error));
            std::process::exit(1);
        }
    }
}

fn advice(error: &pkg_config::Error) -> String {
    match error {
        pkg_config::Error::Command { .. } => {
            "kgw-sys: pkg-config cannot be run, which tells where libkgw is. Install it, or set \
             PKG_CONFIG to its path."
                .to_string()
        }
        _ => format!(
            "kgw-sys: no libkgw {LEAST} or newer was found. Install kgw (`meson install`), and if \
             that is not a folder which pkg-config knows, set PKG_CONFIG_PATH to the one with \
             kgw.pc in it."
        ),
    }
}
