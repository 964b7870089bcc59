//! Signing up, in and out, and `/account`.

use crate::browser_session::{PASSWORD, Visitor, create_member};
use crate::test_site::{Setup, TestSite};

#[tokio::test]
async fn somebody_signs_up_signs_out_and_signs_in_again() {
    let site = TestSite::start().await;
    let ada = Visitor::new(&site);
    assert_eq!(ada.page("/").await.text(".site-account a"), "Sign in");

    let page = ada.submit("/signup", &[("name", "  Ada  Lovelace "), ("password", PASSWORD)]).await;
    assert_eq!(page.text(".site-person"), "Account: Ada Lovelace");
    assert_eq!(site.number("select count(*) from people where name = 'Ada Lovelace'").await, 1);
    assert_eq!(
        site.number("select count(*) from people where password_hash like '%quiet%'").await,
        0,
        "the password is nowhere"
    );

    let page = ada.submit("/logout", &[]).await;
    assert_eq!(page.text(".site-account a"), "Sign in");
    assert_eq!(ada.cookie("session"), None);
    assert_eq!(site.number("select count(*) from sign_ins").await, 0);

    let page = ada
        .submit("/login", &[("name", "ada lovelace"), ("password", PASSWORD), ("next", "/questions?q=vpc")])
        .await;
    assert_eq!(page.text(".site-person"), "Account: Ada Lovelace");
    assert_eq!(page.attribute("main input[name=q]", "value"), "vpc", "back where they wanted to go");
}

#[tokio::test]
async fn the_session_cookie_is_out_of_reach_for_scripts_and_other_sites() {
    for (base_url, name, secure) in
        [("http://127.0.0.1:3000", "session", false), ("https://dryrun.example.org", "__Host-session", true)]
    {
        let site = Setup::new().base_url(base_url).start().await;
        let answer = Visitor::new(&site).post("/signup", &[("name", "Ada"), ("password", PASSWORD)]).await;
        let cookie = answer.header("set-cookie");
        assert!(cookie.starts_with(&format!("{name}=")), "{cookie}");
        for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=34560000"] {
            assert!(cookie.split("; ").any(|has| has == part), "{part}: {cookie}");
        }
        assert_eq!(cookie.split("; ").any(|part| part == "Secure"), secure, "{cookie}");
    }
}

#[tokio::test]
async fn a_form_with_mistakes_says_what_is_wrong_and_keeps_the_name_but_never_the_password() {
    let site = TestSite::start().await;
    create_member(&site, "Grace").await;
    let visitor = Visitor::new(&site);
    for (name, password, wrong) in [
        (
            "a",
            "short",
            vec![("#name", "A name has 2 to 32 characters."), ("#password", "at least 10 characters")],
        ),
        ("Ada", "Password123!", vec![("#password", "one of those that are guessed first")]),
        ("Ada Lovelace", "adalovelace!!", vec![("#password", "hardly more than the name")]),
        ("gRACE", PASSWORD, vec![("#name", "Somebody here has this name already.")]),
        ("", "", vec![("#name", "2 to 32"), ("#password", "at least 10")]),
    ] {
        let page = visitor.refused("/signup", &[("name", name), ("password", password)]).await;
        assert_eq!(page.text("title"), "Error: sign up · Dryrun");
        assert_eq!(page.attributes(".error-summary a", "href").len(), wrong.len(), "{name} {password}");
        for (field, words) in wrong {
            assert!(page.text(&format!(".error-summary a[href='{field}']")).contains(words), "{words}");
            assert!(page.text(&format!("{field}-error")).contains(words), "{words}");
            assert_eq!(page.attribute(field, "aria-invalid"), "true");
            let described = page.attribute(field, "aria-describedby");
            assert!(described.split(' ').all(|id| page.has(&format!("#{id}"))), "{described}");
        }
        assert_eq!(page.attribute("#name", "value"), name);
        assert!(!page.has("input[type=password][value]"));
        assert!(visitor.cookie("session").is_none());
    }
    assert_eq!(site.number("select count(*) from people").await, 1);
}

#[tokio::test]
async fn the_forms_can_be_filled_in_by_a_password_manager_and_read_by_a_screen_reader() {
    let site = TestSite::start().await;
    for (path, password) in [("/signup", "new-password"), ("/login", "current-password")] {
        let page = site.page(path).await;
        assert_eq!(page.attribute("#name", "autocomplete"), "username");
        assert_eq!(page.attribute("#password", "autocomplete"), password);
        assert_eq!(page.text("label[for=name]"), "Name");
        assert_eq!(page.text("label[for=password]"), "Password");
        assert!(page.has("meta[name=robots][content=noindex]"));
    }
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_are_told_the_same() {
    let site = TestSite::start().await;
    create_member(&site, "Ada").await;
    let visitor = Visitor::new(&site);
    let mut told = Vec::new();
    for name in ["Ada", "Zoe", "<no name>"] {
        let page = visitor.refused("/login", &[("name", name), ("password", "not the right one")]).await;
        told.push(page.text(".error-summary"));
    }
    assert_eq!(told[0], "Something is not right yet Name or password is wrong.");
    assert!(told.iter().all(|text| *text == told[0]), "{told:?}");
}

#[tokio::test]
async fn after_ten_attempts_on_a_name_everybody_waits_a_minute() {
    let site = TestSite::start().await;
    create_member(&site, "Ada").await;
    let visitor = Visitor::new(&site);
    for _ in 0..10 {
        visitor.refused("/login", &[("name", "Ada"), ("password", "a guess, once more")]).await;
    }
    let answer = visitor.post("/login", &[("name", "ADA"), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, 429);
    assert_eq!(answer.header("retry-after"), "60");
    assert_eq!(
        answer.page().text("main .lead"),
        "There were too many attempts to sign in or sign up. Wait a minute."
    );
    assert!(visitor.cookie("session").is_none());
    // somebody else is not held up
    create_member(&site, "Grace").await;
    Visitor::new(&site).submit("/login", &[("name", "Grace"), ("password", PASSWORD)]).await;

    site.clock().advance(61);
    let page = visitor.submit("/login", &[("name", "Ada"), ("password", PASSWORD)]).await;
    assert_eq!(page.text(".site-person"), "Account: Ada");
}

#[tokio::test]
async fn a_stranger_does_not_keep_a_member_from_signing_in() {
    let site = Setup::new().behind_a_proxy().start().await;
    create_member(&site, "Ada").await;
    let stranger = Visitor::new(&site).from("198.51.100.7");
    for _ in 0..10 {
        stranger.refused("/login", &[("name", "Ada"), ("password", "a guess, once more")]).await;
    }
    let answer = stranger.post("/login", &[("name", "Ada"), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, 429);

    let ada = Visitor::new(&site).from("203.0.113.20");
    let page = ada.submit("/login", &[("name", "Ada"), ("password", PASSWORD)]).await;
    assert_eq!(page.text(".site-person"), "Account: Ada");
    let new = "a loud sea at dusk";
    ada.submit("/account/password", &[("current_password", PASSWORD), ("new_password", new)]).await;
}

#[tokio::test]
async fn who_is_signed_in_can_guess_a_password_no_faster() {
    let site = TestSite::start().await;
    let ada = Visitor::member(&site, "Ada").await;
    let fields = [("current_password", "a guess"), ("new_password", "a loud sea at dusk")];
    for _ in 0..10 {
        ada.refused("/account/password", &fields).await;
    }
    let answer = ada.post("/account/password", &fields).await;
    assert_eq!(answer.status, 429);
    assert_eq!(answer.page().text("main .lead"), "There were too many wrong passwords. Wait a minute.");
}

#[tokio::test]
async fn the_cookie_of_a_session_in_use_is_sent_again() {
    let site = TestSite::start().await;
    let guest = Visitor::guest(&site).await;
    assert!(guest.get("/practice").await.headers.get("set-cookie").is_none(), "it is new");
    let before = guest.cookie("session").expect("a cookie");

    site.clock().advance(2 * 60 * 60);
    let answer = guest.get("/practice").await;
    let renewed = answer.header("set-cookie");
    assert!(renewed.starts_with(&format!("session={before}; ")), "{renewed}");
    assert!(renewed.contains("HttpOnly") && renewed.contains("Max-Age=34560000"), "{renewed}");
    assert!(guest.get("/practice").await.headers.get("set-cookie").is_none(), "once an hour is enough");

    // signing out has the last word
    let ada = Visitor::member(&site, "Ada").await;
    site.clock().advance(2 * 60 * 60);
    ada.submit("/logout", &[]).await;
    assert!(ada.cookie("session").is_none());
}

#[tokio::test]
async fn one_address_cannot_try_many_names() {
    let site = TestSite::start().await;
    let visitor = Visitor::new(&site);
    for number in 0..30 {
        // too short: refused before anything slow happens
        visitor.refused("/signup", &[("name", &format!("name {number}")), ("password", "short")]).await;
    }
    let answer = visitor.post("/signup", &[("name", "one more"), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, 429);
    assert_eq!(answer.header("retry-after"), "20");
    assert_eq!(site.number("select count(*) from people").await, 0);
}

#[tokio::test]
async fn after_signing_in_the_way_leads_only_to_pages_of_this_site() {
    let site = TestSite::start().await;
    create_member(&site, "Ada").await;
    for next in ["https://example.com/", "//example.com", "/\\example.com", "javascript:alert(1)"] {
        let answer = Visitor::new(&site)
            .post("/login", &[("name", "Ada"), ("password", PASSWORD), ("next", next)])
            .await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/"), "{next}");
    }
    let visitor = Visitor::new(&site);
    let answer = visitor.get("/account").await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/login?next=%2Faccount"));
    let page = visitor.page(answer.header("location")).await;
    assert_eq!(page.attribute("input[name=next]", "value"), "/account");
}

#[tokio::test]
async fn a_member_sees_where_they_are_signed_in_and_ends_a_session() {
    let site = TestSite::start().await;
    create_member(&site, "Ada").await;
    let form = [("name", "Ada"), ("password", PASSWORD)];
    let phone =
        Visitor::new(&site).agent("Mozilla/5.0 (Linux; Android 15) Chrome/143.0.0.0 Mobile Safari/537.36");
    phone.submit("/login", &form).await;
    site.clock().advance(3 * 60 * 60);
    let laptop = Visitor::new(&site);
    laptop.submit("/login", &form).await;

    let page = laptop.page("/account").await;
    assert_eq!(
        page.texts("section[aria-labelledby=browsers] li > div"),
        ["Firefox on Linux (this one) Used in the last hour", "Chrome on Android Used 3 hours ago"]
    );
    let ends = page.attributes("section[aria-labelledby=browsers] form", "action");
    let page = laptop.submit(&ends[1], &[]).await;
    assert_eq!(page.text(".notice.is-done"), "That browser is signed out.");
    assert_eq!(page.texts("section[aria-labelledby=browsers] li").len(), 1);
    assert!(!laptop.page("/account").await.has(".notice.is-done"), "it is told once");
    assert_eq!(phone.get("/account").await.header("location"), "/login?next=%2Faccount");

    let page = laptop.submit(&ends[0], &[]).await;
    assert_eq!(page.text(".site-account a"), "Sign in", "ending this one signs out");
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let site = TestSite::start().await;
    let here = Visitor::member(&site, "Ada").await;
    let elsewhere = Visitor::new(&site);
    elsewhere.submit("/login", &[("name", "Ada"), ("password", PASSWORD)]).await;

    let page = here
        .refused("/account/password", &[("current_password", "not mine at all"), ("new_password", "short")])
        .await;
    assert_eq!(page.text("#current_password-error"), "That is not your password.");
    assert!(page.text("#new_password-error").contains("at least 10 characters"));
    assert_eq!(elsewhere.get("/account").await.status, 200);

    let new = "another lake, at dusk";
    let page =
        here.submit("/account/password", &[("current_password", PASSWORD), ("new_password", new)]).await;
    assert_eq!(page.text(".notice.is-done"), "Your password is changed. Every other browser is signed out.");
    assert_eq!(elsewhere.get("/account").await.status, 303);
    elsewhere.refused("/login", &[("name", "Ada"), ("password", PASSWORD)]).await;
    elsewhere.submit("/login", &[("name", "Ada"), ("password", new)]).await;
}

#[tokio::test]
async fn an_api_token_is_shown_once_stands_for_its_person_and_can_be_revoked() {
    let site = TestSite::start().await;
    let ada = Visitor::member(&site, "Ada").await;
    let page = ada.refused("/account/tokens", &[("label", "  ")]).await;
    assert_eq!(page.text("#label-error"), "Say in 1 to 60 characters what the token is for.");

    let page = ada.submit("/account/tokens", &[("label", "my <laptop>")]).await;
    let token = page.text("code.secret");
    assert_eq!(token.len(), 64);
    assert_eq!(
        page.text("section[aria-labelledby=tokens] li > div"),
        "my <laptop> Made in the last hour, never used"
    );
    let again = ada.get("/account").await;
    assert!(!again.text().contains(&token), "nobody sees it again");
    assert_eq!(again.header("cache-control"), "no-store");

    let bearer = format!("Bearer {token}");
    let answer = site.get_with("/api/v1/me", &[("authorization", &bearer)]).await;
    assert_eq!(answer.json(), serde_json::json!({"name": "Ada", "administrator": false}));
    assert!(
        ada.page("/account")
            .await
            .text("section[aria-labelledby=tokens] li > div")
            .contains("used in the last hour")
    );

    let revoke = ada.page("/account").await.attribute("section[aria-labelledby=tokens] li form", "action");
    ada.submit(&revoke, &[]).await;
    let answer = site.get_with("/api/v1/me", &[("authorization", &bearer)]).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"Dryrun\"");
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.json()["status"], 401);
}

#[tokio::test]
async fn the_api_takes_no_cookie_and_a_page_takes_no_token() {
    let site = TestSite::start().await;
    let ada = Visitor::member(&site, "Ada").await;
    assert_eq!(ada.get("/api/v1/me").await.status, 401);
    let token = ada.submit("/account/tokens", &[("label", "script")]).await.text("code.secret");
    let bearer = format!("Bearer {token}");
    assert_eq!(site.get_with("/account", &[("authorization", &bearer)]).await.status, 303);
    let session = ada.cookie("session").expect("signed in");
    for wrong in [
        format!("Bearer {session}"),
        format!("Basic {token}"),
        token.clone(),
        "Bearer ".to_owned(),
        format!("Bearer {}", "0".repeat(64)),
    ] {
        let answer = site.get_with("/api/v1/me", &[("authorization", &wrong)]).await;
        assert_eq!(answer.status, 401, "{wrong}");
    }
    let cookie = format!("session={token}");
    assert_eq!(site.get_with("/account", &[("cookie", &cookie)]).await.status, 303, "a token is no session");
}

#[tokio::test]
async fn a_deleted_account_takes_everything_with_it() {
    let site = TestSite::start().await;
    let ada = Visitor::member(&site, "Ada").await;
    let other = Visitor::member(&site, "Grace").await;
    ada.submit("/account/tokens", &[("label", "script")]).await;
    site.behind_its_back(
        "insert into review_log (id, person, question, at_s, day, kind, grade, interval_days, client_id)
         select 10 * p.id, p.id, 1, 0, 0, 'grade', 3, 1, 'a' from people p;
         insert into review_log (id, person, question, at_s, day, kind, client_id, undoes)
         select 10 * p.id + 1, p.id, 1, 0, 0, 'undo', 'b', 10 * p.id from people p;
         insert into cards (person, question) select id, 1 from people;
         insert into notes (person, question, markdown, updated_at_s) select id, 1, 'mine', 0 from people;
         insert into bookmarks (person, question, at_s) select id, 1, 0 from people;
         insert into ticked_steps (person, question, step, at_s) select id, 1, 'a', 0 from people",
    )
    .await;

    let page = ada.refused("/account/delete", &[("confirm", "ada")]).await;
    assert_eq!(page.text("#confirm-error"), "Type Ada to delete the account.");
    assert_eq!(page.attribute("#confirm", "value"), "ada");

    let page = ada.submit("/account/delete", &[("confirm", "Ada")]).await;
    assert_eq!(page.text(".site-account a"), "Sign in");
    assert_eq!(ada.cookie("session"), None);
    let rows = "select (select count(*) from people where name = 'Ada') * 100 + (select count(*) from review_log)
        + (select count(*) from cards) + (select count(*) from notes) + (select count(*) from bookmarks)
        + (select count(*) from ticked_steps) + (select count(*) from api_tokens) + (select count(*) from sign_ins)";
    assert_eq!(site.number(rows).await, 7, "what is left is Grace's");
    assert_eq!(other.get("/account").await.status, 200);
}

#[tokio::test]
async fn a_session_that_nobody_uses_for_ninety_days_ends_and_one_in_use_goes_on() {
    const DAY: i64 = 24 * 60 * 60;
    let site = TestSite::start().await;
    let away = Visitor::member(&site, "Ada").await;
    let here = Visitor::member(&site, "Grace").await;
    let guest = Visitor::guest(&site).await;
    for _ in 0..3 {
        site.clock().advance(31 * DAY);
        assert_eq!(here.get("/account").await.status, 200);
    }
    assert_eq!(away.get("/account").await.status, 303);
    assert_eq!(guest.page("/").await.text(".site-account a"), "Sign in");
    site.site().tidy().await.expect("tidied");
    assert_eq!(site.number("select count(*) from sign_ins").await, 1);
    assert_eq!(site.number("select count(*) from people where name is null").await, 0);
    assert_eq!(site.number("select count(*) from people").await, 2, "members stay");
}

#[tokio::test]
async fn whoever_is_signed_in_has_nothing_to_do_at_the_door() {
    let site = TestSite::start().await;
    let ada = Visitor::member(&site, "Ada").await;
    for path in ["/login?next=%2Fquestions", "/signup?next=%2Fquestions"] {
        let answer = ada.get(path).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/questions"), "{path}");
    }
}
