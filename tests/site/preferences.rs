//! `/preferences`: two cookies, and back to where one was.

use crate::test_site::{ADDRESS, Setup, TestSite};

#[tokio::test]
async fn a_theme_is_remembered_and_leads_back_to_the_page() {
    let site = TestSite::start().await;
    let answer = site.post("/preferences", "theme=dark&back=%2Fquestions%3Ftopic%3Dserverless").await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.header("location"), "/questions?topic=serverless");
    let cookie = answer.header("set-cookie");
    let mut parts: Vec<&str> = cookie.split("; ").collect();
    parts.sort_unstable();
    assert_eq!(parts, ["HttpOnly", "Max-Age=31536000", "Path=/", "SameSite=Lax", "theme=dark"]);

    let page = site.get_with("/questions", &[("cookie", "theme=dark")]).await.page();
    assert_eq!(page.attribute("html", "data-theme"), "dark");
    assert_eq!(page.attribute("meta[name=color-scheme]", "content"), "dark");
    assert_eq!(page.attribute("form.theme-form button", "value"), "auto", "the next one comes round");
    assert_eq!(page.text("form.theme-form .visually-hidden"), "Theme: dark. Switch to automatic.");
}

#[tokio::test]
async fn answers_are_hidden_and_shown_again() {
    let site = TestSite::start().await;
    for choice in ["on", "off"] {
        let answer = site.post("/preferences", &format!("hide_answers={choice}&back=%2Fabout")).await;
        assert_eq!(answer.status, 303);
        assert!(
            answer.header("set-cookie").starts_with(&format!("hide_answers={choice}; ")),
            "{}",
            answer.header("set-cookie")
        );
    }
}

#[tokio::test]
async fn cookies_are_secure_when_the_site_is_reached_by_https() {
    let site = Setup::new().base_url("https://dryrun.example.org").start().await;
    let answer = site.post("/preferences", "theme=light").await;
    assert!(answer.header("set-cookie").split("; ").any(|part| part == "Secure"));
    let site = TestSite::start().await;
    let answer = site.post("/preferences", "theme=light").await;
    assert!(!answer.header("set-cookie").contains("Secure"), "a home network has plain http");
}

#[tokio::test]
async fn the_way_back_stays_on_this_site() {
    let site = TestSite::start().await;
    let elsewhere = [
        "https://example.com/",
        "//example.com",
        "/\\example.com",
        "\\\\example.com",
        "javascript:alert(1)",
        "example.com",
        "",
        "/\t/example.com",
        "/\n/example.com",
        "/\r\nSet-Cookie: a=b",
        "\u{0}/",
        "/\u{0}",
        "/\u{7f}",
    ];
    for back in elsewhere {
        let back: String = url::form_urlencoded::byte_serialize(back.as_bytes()).collect();
        let answer = site.post("/preferences", &format!("theme=dark&back={back}")).await;
        assert_eq!(answer.status, 303, "{back}");
        assert_eq!(answer.header("location"), "/", "{back}");
        assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 1);
    }
    let answer = site.post("/preferences", "theme=dark").await;
    assert_eq!(answer.header("location"), "/");
}

#[tokio::test]
async fn a_choice_that_does_not_exist_changes_nothing() {
    let site = TestSite::start().await;
    for (form, words) in [
        ("theme=pink", "The theme is auto, light or dark."),
        ("hide_answers=maybe", "Hiding answers is on or off."),
        ("theme=dark&hide_answers=x", "Hiding answers is on or off."),
    ] {
        let answer = site.post("/preferences", form).await;
        assert_eq!(answer.status, 400, "{form}");
        assert!(answer.headers.get("set-cookie").is_none(), "{form}");
        assert_eq!(answer.page().text("main .lead"), words);
    }
    let page = site.get_with("/", &[("cookie", "theme=pink; hide_answers=maybe; other=x")]).await.page();
    assert_eq!(page.attribute("html", "data-theme"), "auto", "a cookie that nobody wrote is no choice");
}

#[tokio::test]
async fn a_form_on_another_site_cannot_change_anything() {
    let site = TestSite::start().await;
    let foreign: [&[(&str, &str)]; 6] = [
        &[("sec-fetch-site", "cross-site"), ("origin", "https://example.com")],
        &[("sec-fetch-site", "same-site"), ("origin", "http://other.127.0.0.1:3000")],
        &[("sec-fetch-site", "cross-site")],
        &[("origin", "https://example.com")],
        &[("origin", "http://127.0.0.1:4000")],
        &[("origin", "null")],
    ];
    for headers in foreign {
        let answer = site.post_with("/preferences", "theme=dark", headers).await;
        assert_eq!(answer.status, 403, "{headers:?}");
        assert!(answer.headers.get("set-cookie").is_none(), "{headers:?}");
        assert_eq!(answer.page().text("h1"), "That request came from another site");
    }
}

#[tokio::test]
async fn a_form_of_this_site_works_over_plain_http_with_a_name_or_an_address_and_from_a_terminal() {
    let site = TestSite::start().await;
    let own: [&[(&str, &str)]; 5] = [
        // browsers send no Sec-Fetch-Site over plain http to another machine
        &[("origin", "http://192.168.1.20:3000"), ("host", "192.168.1.20:3000")],
        &[("origin", "http://nas.local:3000"), ("host", "nas.local:3000")],
        &[("origin", ADDRESS), ("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
        &[],
    ];
    for headers in own {
        let answer = site.post_with("/preferences", "theme=dark", headers).await;
        assert_eq!(answer.status, 303, "{headers:?}");
        assert!(answer.header("set-cookie").starts_with("theme=dark"), "{headers:?}");
    }
}
