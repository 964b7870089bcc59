//! What the stories share: a server, a browser, and the list of page types.

mod browser;
mod chromedriver;
mod pages;
mod site;

pub use browser::{Browser, Screen};
pub use fantoccini::key::Key;
pub use pages::every_page_type;
pub use site::Site;

/// Where tests keep their files: inside the target folder, which a packaged (snap) browser may read, too.
fn scratch(what: &str) -> tempfile::TempDir {
    tempfile::Builder::new()
        .prefix(what)
        .tempdir_in(env!("CARGO_TARGET_TMPDIR"))
        .expect("a writable target folder")
}
