//! Pages by br, gzip and zstd, as the browser likes.

use std::io::Read as _;

use crate::test_site::{Answer, TestSite};

/// The body as the server meant it.
pub fn unpacked(answer: &Answer) -> Vec<u8> {
    let mut plain = Vec::new();
    let packed = answer.body.as_ref();
    match answer.header("content-encoding") {
        "" => plain.extend_from_slice(packed),
        "gzip" => drop(flate2::read::GzDecoder::new(packed).read_to_end(&mut plain).expect("gzip")),
        "br" => drop(brotli::Decompressor::new(packed, 4096).read_to_end(&mut plain).expect("brotli")),
        "zstd" => plain = zstd::decode_all(packed).expect("zstd"),
        other => panic!("{}: {other}", answer.what),
    }
    plain
}

#[tokio::test]
async fn a_page_comes_in_the_coding_that_the_browser_takes_and_is_the_same_in_each() {
    let site = TestSite::start().await;
    for path in ["/questions/api-gateway-lambda", "/questions", "/api/v1/questions", "/feed.xml", "/nowhere"]
    {
        let plain = site.get(path).await;
        assert_eq!(plain.header("content-encoding"), "", "{path}");
        for (accepted, coding) in [
            ("gzip", "gzip"),
            ("br", "br"),
            ("zstd", "zstd"),
            ("gzip, deflate, br, zstd", "zstd"),
            ("gzip, deflate, br", "br"),
            ("br;q=0, gzip", "gzip"),
            ("gzip;q=0.5, br;q=1", "br"),
            ("identity", ""),
            ("deflate", ""),
            ("", ""),
        ] {
            let answer = site.get_with(path, &[("accept-encoding", accepted)]).await;
            assert_eq!(answer.status, plain.status, "{path} {accepted}");
            assert_eq!(answer.header("content-encoding"), coding, "{path} {accepted}");
            // an error carries its request's address, but nothing that differs between two requests
            assert_eq!(unpacked(&answer), plain.body.as_ref(), "{path} {accepted}");
            if !coding.is_empty() {
                assert!(answer.varies_by("accept-encoding"), "{path} {accepted}");
                assert!(answer.body.len() < plain.body.len() / 2, "{path} {accepted} is worth it");
            }
        }
    }
}

#[tokio::test]
async fn a_kept_page_is_recognised_whatever_coding_it_came_in() {
    let site = TestSite::start().await;
    let packed = site.get_with("/questions/api-gateway-lambda", &[("accept-encoding", "br")]).await;
    let again = site
        .get_with(
            "/questions/api-gateway-lambda",
            &[("accept-encoding", "gzip"), ("if-none-match", packed.header("etag"))],
        )
        .await;
    assert_eq!(again.status, 304);
    assert_eq!(again.header("content-encoding"), "");
}

#[tokio::test]
async fn a_question_page_with_all_that_it_loads_is_under_60_kilobytes() {
    let site = TestSite::start().await;
    for path in crate::pages::paths().iter().filter(|path| path.starts_with("/questions/")) {
        let answer = site.get_with(path, &[("accept-encoding", "br")]).await;
        let mut bytes = answer.body.len();
        let page = crate::markup::Page::parse(path, &String::from_utf8(unpacked(&answer)).expect("UTF-8"));
        let files =
            ["link[rel=stylesheet]", "link[rel=icon]"].map(|selector| page.attribute(selector, "href"));
        for file in files.into_iter().chain(page.attributes("script[src]", "src")) {
            bytes += site.get_with(&file, &[("accept-encoding", "br")]).await.body.len();
        }
        assert!(bytes < 60 * 1024, "{path}: {bytes} bytes");
    }
}
