//! The first administrator, invitations, the policy, and `/admin`.

use crate::browser_session::{PASSWORD, Visitor, create_member};
use crate::overlay::Overlay;
use crate::test_site::{ADDRESS, Setup, TestSite};

async fn setup_path(site: &TestSite) -> String {
    let link = site.site().setup_link().await.expect("a query").expect("no administrator yet");
    link.strip_prefix(ADDRESS).expect("a link to this site").to_owned()
}

const FORM: [(&str, &str); 2] = [("name", "Ada"), ("password", PASSWORD)];

#[tokio::test]
async fn the_link_of_the_first_start_makes_the_administrator_and_then_works_no_more() {
    let site = TestSite::start().await;
    let path = setup_path(&site).await;
    let ada = Visitor::new(&site);
    assert_eq!(ada.page(&path).await.text("h1"), "Set up this site");
    let page = ada.refused(&path, &[("name", "Ada"), ("password", "short")]).await;
    assert_eq!(page.attribute("#name", "value"), "Ada");

    let page = ada.submit(&path, &FORM).await;
    assert_eq!(page.text("h1"), "Administration");
    assert_eq!(page.text(".site-admin"), "Admin");
    assert_eq!(site.number("select count(*) from people where is_admin = 1").await, 1);

    let late = Visitor::new(&site);
    assert_eq!(late.get(&path).await.status, 404);
    assert_eq!(late.post(&path, &[("name", "Eve"), ("password", PASSWORD)]).await.status, 404);
    assert_eq!(site.number("select count(*) from people").await, 1);
    assert_eq!(site.site().setup_link().await.expect("a query"), None);
}

#[tokio::test]
async fn another_link_opens_nothing() {
    let site = TestSite::start().await;
    for token in ["0".repeat(64), "x".to_owned()] {
        let visitor = Visitor::new(&site);
        assert_eq!(visitor.get(&format!("/setup/{token}")).await.status, 404);
        assert_eq!(visitor.post(&format!("/setup/{token}"), &FORM).await.status, 404);
    }
    let old = setup_path(&site).await;
    let site = site.restart(None).await;
    assert_eq!(site.get(&old).await.status, 404, "each start has its own link");
    assert_eq!(site.number("select count(*) from people").await, 0);
}

#[tokio::test]
async fn a_member_who_opens_the_link_becomes_the_administrator_and_a_guest_keeps_their_progress() {
    let site = TestSite::start().await;
    let path = setup_path(&site).await;
    let grace = Visitor::member(&site, "Grace").await;
    assert_eq!(grace.page(&path).await.text("main form button"), "Make Grace the administrator");
    assert_eq!(grace.submit(&path, &[]).await.text("h1"), "Administration");

    let site = TestSite::start().await;
    let path = setup_path(&site).await;
    let guest = Visitor::guest(&site).await;
    let person = guest.person().await;
    guest.submit(&path, &FORM).await;
    assert_eq!(guest.person().await, person);
}

#[tokio::test]
async fn with_an_administrator_others_join_by_invitation_as_often_as_it_says() {
    let site = TestSite::start().await;
    assert!(site.page("/signup").await.has("form[action='/signup']"), "open until there is one");
    let ada = Visitor::administrator(&site, "Ada").await;
    let page = site.page("/signup").await;
    assert_eq!(page.text("main .lead"), "This site is by invitation.");
    assert!(!page.has("form[action='/signup']"));
    let form = [("name", "Eve"), ("password", PASSWORD)];
    let page = Visitor::new(&site).refused("/signup", &form).await;
    assert_eq!(page.text("main .lead"), "This site is by invitation.");

    for (days, uses) in [("0", "1"), ("366", "1"), ("x", "1"), ("7", "0"), ("7", "")] {
        let page = ada.refused("/admin/invitations", &[("days", days), ("uses", uses)]).await;
        assert_eq!(page.attributes(".error-summary a", "href").len(), 1, "{days} {uses}");
        assert_eq!(page.attribute("#days", "value"), days);
    }
    let page = ada.submit("/admin/invitations", &[("days", "7"), ("uses", "2")]).await;
    let link = page.text("code.secret");
    let path = link.strip_prefix(ADDRESS).expect("a link to this site").to_owned();
    assert_eq!(
        page.text("section[aria-labelledby=invitations] li > div"),
        "2 more people Ends in 7 days, made by Ada"
    );
    assert!(!ada.get("/admin").await.text().contains(&link), "it is shown once");

    for name in ["Grace", "Barbara"] {
        let visitor = Visitor::new(&site);
        let page = visitor.page(&path).await;
        let code = page.attribute("input[name=invitation]", "value");
        let page =
            visitor.submit("/signup", &[("name", name), ("password", PASSWORD), ("invitation", &code)]).await;
        assert_eq!(page.text(".site-person"), format!("Account: {name}"));
    }
    let visitor = Visitor::new(&site);
    assert_eq!(visitor.page(&path).await.text("main .lead"), "This invitation no longer works.");
    let code = path.split_once('=').expect("a code").1;
    visitor.refused("/signup", &[("name", "Eve"), ("password", PASSWORD), ("invitation", code)]).await;
    assert_eq!(site.number("select count(*) from people").await, 3);
}

#[tokio::test]
async fn an_invitation_ends_with_its_days_or_when_it_is_taken_back() {
    let site = TestSite::start().await;
    let ada = Visitor::administrator(&site, "Ada").await;
    let invite = async || {
        let page = ada.submit("/admin/invitations", &[("days", "1"), ("uses", "1")]).await;
        page.text("code.secret").strip_prefix(ADDRESS).expect("a link").to_owned()
    };
    let first = invite().await;
    assert!(site.page(&first).await.has("form[action='/signup']"));
    site.clock().advance(24 * 60 * 60);
    assert!(!site.page(&first).await.has("form[action='/signup']"));

    let second = invite().await;
    let take_back =
        ada.page("/admin").await.attribute("section[aria-labelledby=invitations] li form", "action");
    let page = ada.submit(&take_back, &[]).await;
    assert_eq!(page.text(".notice.is-done"), "The invitation lets nobody in any more.");
    assert_eq!(page.text("section[aria-labelledby=invitations] .hint"), "None is open.");
    assert!(!site.page(&second).await.has("form[action='/signup']"));
    assert_eq!(ada.post(&take_back, &[]).await.status, 404, "once is enough");
}

#[tokio::test]
async fn a_refused_sign_up_uses_no_invitation_up() {
    let site = TestSite::start().await;
    let ada = Visitor::administrator(&site, "Ada").await;
    let page = ada.submit("/admin/invitations", &[("days", "1"), ("uses", "1")]).await;
    let code = page.text("code.secret").split_once('=').expect("a code").1.to_owned();
    let visitor = Visitor::new(&site);
    let page =
        visitor.refused("/signup", &[("name", "ada"), ("password", PASSWORD), ("invitation", &code)]).await;
    assert!(page.text("#name-error").contains("has this name already"));
    assert_eq!(page.attribute("input[name=invitation]", "value"), code);
    visitor.submit("/signup", &[("name", "Grace"), ("password", PASSWORD), ("invitation", &code)]).await;
}

#[tokio::test]
async fn the_policy_decides_who_may_join() {
    let site = TestSite::start().await;
    let ada = Visitor::administrator(&site, "Ada").await;
    assert!(ada.page("/admin").await.has("input[value=invitation][checked]"));

    let page = ada.submit("/admin/policy", &[("sign_up", "open"), ("guests", "on")]).await;
    assert_eq!(page.text(".notice.is-done"), "Saved who may join.");
    assert!(page.has("input[value=open][checked]") && page.has("input[name=guests][checked]"));
    Visitor::new(&site).submit("/signup", &[("name", "Grace"), ("password", PASSWORD)]).await;

    let page = ada.submit("/admin/policy", &[("sign_up", "open")]).await;
    assert!(page.has("input[value=open][checked]") && !page.has("input[name=guests][checked]"));

    ada.submit("/admin/policy", &[("sign_up", "closed"), ("guests", "on")]).await;
    assert_eq!(site.page("/signup").await.text("main .lead"), "This site takes no new members.");
    Visitor::new(&site).refused("/signup", &[("name", "Eve"), ("password", PASSWORD)]).await;
    assert_eq!(site.number("select guests from site_settings").await, 0, "guests need a site that is open");
    assert_eq!(site.number("select count(*) from people").await, 2);
    let answer = ada.post("/admin/policy", &[("sign_up", "perhaps")]).await;
    assert_eq!(answer.status, 400);
}

#[tokio::test]
async fn an_administrator_finds_people_makes_another_and_deletes_one() {
    let site = TestSite::start().await;
    let ada = Visitor::administrator(&site, "Ada").await;
    for number in 1..=60 {
        // without the slow hash: nobody signs in as them
        let mut tx = site.db().write().await.expect("a transaction");
        let sql = format!(
            "insert into people (name, name_key, password_hash, created_at_s, seen_at_s)
             values ('Member {number:02}', 'member {number:02}', 'x', 1795348800, 1795348800)"
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut *tx).await.expect("inserted");
        tx.commit().await.expect("committed");
    }
    let page = ada.page("/admin/people").await;
    assert_eq!(page.text(".result-count"), "61 members");
    assert_eq!(page.texts(".rows > li").len(), 50);
    assert_eq!(page.texts(".rows strong")[0], "Ada");
    let page = ada.page(&page.attribute(".pagination a[rel=next]", "href")).await;
    assert_eq!(page.texts(".rows > li").len(), 11);
    let page = ada.page("/admin/people?q=MEMBER+07").await;
    assert_eq!(page.texts(".rows strong"), ["Member 07"]);
    assert_eq!(ada.page("/admin/people?q=%25").await.text(".result-count"), "0 members with “%” in the name");

    let page = ada.submit(&page.attribute(".row-actions form", "action"), &[]).await;
    assert_eq!(page.text(".notice.is-done"), "Member 07 is an administrator now.");
    assert_eq!(site.number("select count(*) from people where is_admin = 1").await, 2);

    let page = ada.page("/admin/people?q=member+08").await;
    let delete = page.attribute(".row-actions a", "href");
    assert_eq!(ada.page(&delete).await.text("h1"), "Delete Member 08?");
    let page = ada.refused(&delete, &[("confirm", "member")]).await;
    assert_eq!(page.text("#confirm-error"), "Type Member 08 to delete the account.");
    let page = ada.submit(&delete, &[("confirm", "Member 08")]).await;
    assert_eq!(page.text(".notice.is-done"), "Member 08 is deleted, with everything that was theirs.");
    assert_eq!(site.number("select count(*) from people where name = 'Member 08'").await, 0);
    assert_eq!(ada.get(&delete).await.status, 404);
}

#[tokio::test]
async fn the_last_administrator_cannot_leave_members_behind() {
    let site = TestSite::start().await;
    let ada = Visitor::administrator(&site, "Ada").await;
    let grace = create_member(&site, "Grace").await;
    assert!(!ada.page("/account").await.has("#confirm"));
    let page = ada.refused("/account/delete", &[("confirm", "Ada")]).await;
    assert!(page.text(".error-summary").contains("You are the only administrator."));
    let own = format!("/admin/people/{}/delete", ada.person().await.0);
    let page = ada.refused(&own, &[("confirm", "Ada")]).await;
    assert_eq!(page.text("#confirm-error"), "Delete your own account on its page.");

    ada.submit(&format!("/admin/people/{}/make-administrator", grace.0), &[]).await;
    ada.submit("/account/delete", &[("confirm", "Ada")]).await;
    assert_eq!(site.number("select count(*) from people").await, 1);
}

#[tokio::test]
async fn reports_and_problems_of_the_content_are_listed() {
    let overlay = Overlay::with_question();
    overlay.write("questions/attic/broken.md", "no front matter");
    let site = Setup::new().overlay(&overlay).start().await;
    let ada = Visitor::administrator(&site, "Ada").await;
    site.behind_its_back(
        "insert into problem_reports (person, question, text, at_s)
         select 1, number, 'The <second> step fails.', 1795348800 from questions where id = 'api-gateway-lambda'",
    )
    .await;
    let page = ada.page("/admin").await;
    let problems = page.text("section[aria-labelledby=problems]");
    assert!(problems.contains("broken.md:1:") && problems.contains("error"), "{problems}");
    let report = page.text("section[aria-labelledby=reports] li > div");
    assert!(report.contains("The <second> step fails. Ada, in the last hour"), "{report}");
    assert_eq!(
        page.attribute("section[aria-labelledby=reports] li a", "href"),
        "/questions/api-gateway-lambda"
    );
    let page = ada.submit(&page.attribute("section[aria-labelledby=reports] li form", "action"), &[]).await;
    assert!(!page.has("section[aria-labelledby=reports] li"));
    assert_eq!(site.number("select settled_at_s from problem_reports").await, site.clock().seconds());
}
