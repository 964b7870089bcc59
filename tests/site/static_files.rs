//! `/static/`: names that carry a hash, kept for good.

use sha2::{Digest as _, Sha256};

use crate::compression::unpacked;
use crate::test_site::TestSite;

async fn files(site: &TestSite) -> Vec<String> {
    let page = site.page("/").await;
    let mut files = page.attributes("link[rel=stylesheet], link[rel=icon]", "href");
    files.extend(page.attributes("script[src]", "src"));
    assert_eq!(files.len(), 3);
    files
}

#[tokio::test]
async fn a_static_file_may_be_kept_for_good_and_is_the_same_in_every_coding() {
    let site = TestSite::start().await;
    for file in files(&site).await {
        let plain = site.get(&file).await;
        assert_eq!(plain.status, 200, "{file}");
        assert_eq!(plain.header("content-encoding"), "");
        assert_eq!(plain.header("cache-control"), "public, max-age=31536000, immutable", "{file}");
        let hash: String =
            Sha256::digest(&plain.body).iter().take(5).map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(file.rsplit('.').nth(1), Some(hash.as_str()), "{file} is named by what it holds");
        for (accepted, coding) in [
            ("br", "br"),
            ("gzip", "gzip"),
            ("gzip, deflate, br, zstd", "br"),
            ("br;q=0, gzip;q=0.1", "gzip"),
            ("br;q=0, gzip;q=0", ""),
            ("zstd", "zstd"),
        ] {
            let answer = site.get_with(&file, &[("accept-encoding", accepted)]).await;
            assert_eq!(answer.header("content-encoding"), coding, "{file} {accepted}");
            assert_eq!(unpacked(&answer), plain.body.as_ref(), "{file} {accepted}");
            assert!(answer.varies_by("accept-encoding"), "{file} {accepted}");
            assert_eq!(answer.header("content-type"), plain.header("content-type"));
        }
    }
}

#[tokio::test]
async fn a_static_file_has_the_type_of_its_content() {
    let site = TestSite::start().await;
    for (ending, content_type) in [
        ("css", "text/css; charset=utf-8"),
        ("js", "text/javascript; charset=utf-8"),
        ("svg", "image/svg+xml"),
    ] {
        let files = files(&site).await;
        let file = files.iter().find(|file| file.ends_with(ending)).unwrap_or_else(|| panic!("{files:?}"));
        assert_eq!(site.get(file).await.header("content-type"), content_type);
    }
}

#[tokio::test]
async fn a_name_that_no_file_has_is_no_page_and_is_not_kept() {
    let site = TestSite::start().await;
    let files = files(&site).await;
    let style = files.iter().find(|file| file.ends_with(".css")).expect("a style sheet");
    let other = style.replace("app.", "app.0");
    for path in [
        other.as_str(),
        "/static/app.css",
        "/static/",
        "/static/../Cargo.toml",
        "/static/..%2fCargo.toml",
        "/static/%00",
    ] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}
