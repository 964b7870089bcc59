//! `/about`

use crate::bank;
use crate::test_site::TestSite;

#[tokio::test]
async fn the_about_page_tells_licences_version_and_the_day_of_the_content() {
    let site = TestSite::start().await;
    let page = site.page("/about").await;
    let text = page.text("main");
    assert!(text.contains(&format!("{} questions that interviewers ask", bank::questions().len())), "{text}");
    assert!(
        text.contains("MIT licence or the Apache License 2.0")
            && text.contains("Creative Commons Attribution 4.0")
    );
    assert!(text.contains("This project is not affiliated with or endorsed by AWS."));
    assert!(
        text.contains(&format!("Version {}, content of 22 November 2026", env!("CARGO_PKG_VERSION"))),
        "{text}"
    );
    assert_eq!(page.attribute("main time", "datetime"), "2026-11-22");
    assert!(page.has("h2#licences") && page.has("h2#privacy"), "the footer links to a part");
    assert!(page.attributes("main a", "href").contains(&"/api/v1/openapi.json".to_owned()));
}
