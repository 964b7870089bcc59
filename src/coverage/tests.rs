//! Short stories: what a candidate says, and what the site makes of it.

use std::time::{Duration, Instant};

use super::{
    Answer, Coverage, MAX_ANSWER_BYTES, PointCoverage, Synonyms, Term, TermError, TermState, Verdict,
};

fn synonyms() -> Synonyms {
    let groups: [&[&str]; 5] = [
        &["API Gateway", "APIGW", "Amazon API Gateway"],
        &["security group", "SG"],
        &["network ACL", "NACL", "network access control list"],
        &["dead-letter queue", "DLQ"],
        &["Availability Zone", "AZ"],
    ];
    Synonyms::new(groups).expect("the synonyms are valid")
}

fn terms(terms: &[&str]) -> Vec<Term> {
    terms.iter().map(|term| Term::parse(term).expect("a valid term")).collect()
}

pub(super) fn cover(answer: &str, wanted: &[&str]) -> PointCoverage {
    let synonyms = synonyms();
    Answer::prepare(answer, &synonyms).cover(&terms(wanted))
}

#[track_caller]
pub(super) fn assert_says(answer: &str, term: &str) {
    let state = cover(answer, &[term]).terms[0].state;
    // A fragment may read as a list; what matters here is that the term was found.
    assert!(state.counts(), "`{answer}` should say `{term}`, but it is {state:?}");
}

#[track_caller]
fn assert_does_not_say(answer: &str, term: &str) {
    let state = cover(answer, &[term]).terms[0].state;
    assert!(!state.counts(), "`{answer}` should not say `{term}`, but it is {state:?}");
}

#[track_caller]
pub(super) fn assert_denies(answer: &str, term: &str) {
    assert_eq!(cover(answer, &[term]).terms[0].state, TermState::Negated, "`{answer}` denies `{term}`");
}

fn highlighted<'a>(answer: &'a str, point: &PointCoverage) -> Vec<&'a str> {
    point.highlights.iter().map(|range| &answer[range.clone()]).collect()
}

pub(super) const FRONT_DOOR: &[&str] = &["front door | entry point | exposes", "route | routing", "thrott*"];

#[test]
fn a_strong_answer_covers_the_point() {
    let answer = "API Gateway is the managed front door to a Lambda back end. It authenticates callers, \
                  routes each request to the right function and throttles clients that send too much.";
    let point = cover(answer, FRONT_DOOR);
    assert_eq!(point.verdict, Verdict::Covered);
    assert!((point.share - 1.0).abs() < f64::EPSILON);
    assert_eq!(highlighted(answer, &point), ["front door", "routes", "throttles"]);
    assert_eq!(point.missing().count(), 0);
}

#[test]
fn a_partial_answer_names_what_is_missing() {
    let point = cover("It is the entry point for clients, and it routes the requests to Lambda.", FRONT_DOOR);
    assert_eq!(point.verdict, Verdict::Partly);
    assert_eq!(
        point.matched().collect::<Vec<_>>(),
        ["front door | entry point | exposes", "route | routing"]
    );
    assert_eq!(point.missing().collect::<Vec<_>>(), ["thrott*"]);
    assert!(point.falls_short_by(TermState::Missing));
}

#[test]
fn a_wrong_answer_misses_the_point() {
    let answer = "Security groups are stateless, so you have to open the return traffic as well.";
    let point = cover(answer, &["stateful", "return traffic | response"]);
    assert_eq!(point.terms[0].state, TermState::Missing);
    assert_ne!(point.verdict, Verdict::Covered);
}

#[test]
fn an_off_topic_answer_misses_everything() {
    let answer = "S3 stores objects in buckets. Lifecycle rules move them to cheaper classes after some days, and \
                  versioning keeps the old copies when somebody overwrites an object by mistake.";
    let synonyms = synonyms();
    let points = [terms(FRONT_DOOR), terms(&["stateful", "return traffic"]), terms(&["DLQ", "retr*"])];
    let coverage = Answer::prepare(answer, &synonyms).cover_all(&points);
    assert_eq!((coverage.covered(), coverage.count(Verdict::Missed)), (0, 3));
    assert!(coverage.share() < f64::EPSILON);
}

#[test]
fn stuffed_key_words_count_half() {
    for answer in [
        "front door, routing, throttling, security, Lambda proxy, caching",
        "front door route throttle entry point exposes secure cache Lambda",
        "- front door\n- routing\n- throttling\n- caching",
        "Front door. Routing. Throttling.",
        "routes, throttles, exposes, caches, secures, front door",
    ] {
        let point = cover(answer, FRONT_DOOR);
        assert_eq!(point.verdict, Verdict::Partly, "{answer}");
        assert!((point.share - 0.5).abs() < f64::EPSILON, "{answer}: {}", point.share);
        assert!(point.falls_short_by(TermState::Listed), "{answer}");
    }
}

#[test]
fn terse_notes_with_verbs_are_no_word_list() {
    for answer in [
        "Gateway exposes the API, routes requests to Lambda, throttles noisy clients",
        "- exposes the functions as an API\n- routes requests by path\n- throttles clients above the limit",
        "API Gateway exposes functions, Lambda scales automatically, routing happens per path, throttling protects the back end",
    ] {
        assert_eq!(cover(answer, FRONT_DOOR).verdict, Verdict::Covered, "{answer}");
    }
}

#[test]
fn what_is_denied_does_not_count() {
    assert_denies("Security groups are not stateless.", "stateless");
    assert_denies("A security group isn't stateless", "stateless");
    assert_denies("Lambda doesn't automatically retry failed synchronous calls.", "retry");
    assert_denies("Lambda does not retry or throttle these calls.", "throttle");
    assert_denies("You never patch the servers.", "patch");
    assert_denies("It works without any servers at all.", "server");
    assert_denies("There is no need to provision capacity.", "provision");
    assert_denies("Security groups are stateful rather than stateless.", "stateless");
    assert_denies("I cant reach the database from there.", "reach");
    assert_denies("It is not true that a security group is stateful.", "stateful");
}

#[test]
fn a_denial_ends_with_its_clause() {
    assert_says("It is not stateless, it is stateful.", "stateful");
    assert_says("They are not stateless but stateful.", "stateful");
    assert_says("There are no servers to manage and it scales by itself.", "scales");
    assert_says("A NACL keeps no state. Security groups are stateful.", "stateful");
    assert_says("There is no server in the public subnet.", "public subnet");
    assert_says("The instance cannot reach the internet without a NAT gateway.", "NAT gateway");
}

#[test]
fn a_condition_denies_nothing() {
    assert_says("A cold start happens when there's no warm execution environment.", "execution environment");
    assert_says(
        "If it fails and isn't deleted in its visibility timeout, it comes back.",
        "visibility timeout",
    );
    assert_says("Without a NAT gateway, private instances are cut off.", "NAT gateway");
    assert_says("The private ones don't they use a NAT gateway to get out.", "NAT gateway");
    assert_says("It won't be reachable till you give it a public IP.", "public IP");
    assert_denies("It works without a NAT gateway.", "NAT gateway");
}

#[test]
fn some_negations_deny_nothing() {
    assert_says("Security groups are not only stateful, they also have just allow rules.", "stateful");
    assert_says("It is not just durable but also cheap.", "durable");
    assert_says("No doubt it is stateful.", "stateful");
    assert_says("Don't forget that security groups are stateful.", "stateful");
    assert_says("The call may take no longer than 29 seconds.", "29 seconds");
    assert_denies("The group is no longer stateful.", "stateful");
}

#[test]
fn a_term_may_ask_for_a_negation() {
    assert_says("The quota is hard, it cannot be raised.", "cannot be raised");
    assert_says("The quota can't be raised.", "cannot be raised");
    assert_says("That limit will never be raised.", "cannot be raised");
    assert_does_not_say("You can raise the quota.", "cannot be raised");
    assert_denies("The timeout cannot be raised.", "can be raised");
    assert_says("The instances have no public IP.", "no public IP");
    assert_says("They sit in a private subnet without a public IP address.", "no public IP");
    assert_says("The instances don't get a public IP.", "no public IP");
    assert_does_not_say("Every instance gets a public IP.", "no public IP");
}

#[test]
fn terms_must_stand_in_neighbouring_sentences() {
    let near = "API Gateway is the front door. It routes requests and throttles callers.";
    assert_eq!(cover(near, FRONT_DOOR).verdict, Verdict::Covered);

    let far = "API Gateway is the front door. Lambda runs your code for you. Pricing is per request. \
               You pay for what you use. DynamoDB is a table store. In the end it routes and it throttles.";
    let point = cover(far, FRONT_DOOR);
    assert_eq!(point.verdict, Verdict::Partly);
    assert_eq!(point.terms[0].state, TermState::Apart);
    assert_eq!(highlighted(far, &point), ["routes", "throttles"]);
}

#[test]
fn dictation_without_full_stops_has_sentences_too() {
    let filler =
        "and then the function writes the item to the table and that is what the client sees in the end "
            .repeat(6);
    let answer = format!("so it is the front door {filler} and it routes and throttles");
    assert_eq!(cover(&answer, FRONT_DOOR).terms[0].state, TermState::Apart);
}

#[test]
fn inflection_spelling_and_hyphens_do_not_matter() {
    assert_says("Failed events go to a dead letter queue.", "dead-letter queue");
    assert_says("SQS moves the poisoned messages into the dead‑letter queues", "dead-letter queue");
    assert_says("The client retries with a delay.", "retry");
    assert_says("It gets throttled at the stage.", "throttling");
    assert_says("A Lambda authoriser checks the token.", "authorizer");
    assert_says("The behaviour depends on the cache.", "behavior");
    assert_says("It's authorized by IAM.", "authoris*");
    assert_says("Both addresses are public.", "address");
    assert_says("Data is encrypted at rest.", "encryption at rest");
    assert_says("It is highly available.", "high availability");
    assert_says("The database fails over to the standby: a fail-over takes a minute.", "failover");
    assert_says("The function runs into its time out.", "timeout");
    assert_says("It's an autoscaling group.", "auto scaling group");
    assert_says("Lambda’s cold starts are naïve to ignore.", "Lambda cold start");
    assert_says("Ｌａｍｂｄａ scales to zero.", "lambda");
}

#[test]
fn stems_do_not_merge_what_aws_keeps_apart() {
    assert_does_not_say("A state machine keeps its state.", "stateful");
    assert_does_not_say("The VPC contains subnets.", "container");
    assert_does_not_say("We use a custom domain.", "customer");
    assert_does_not_say("It is a synchronous call.", "asynchronous");
    assert_does_not_say("It is an asynchronous call.", "synchronous");
    assert_does_not_say("Secrets Manager rotates it.", "managed");
    assert_does_not_say("Use SNS for that.", "SQS");
}

#[test]
fn synonyms_apply_to_both_sides() {
    assert_says("APIGW is in front of it.", "API Gateway");
    assert_says("The API gateways are in front of it.", "apigw");
    assert_says("SGs are stateful.", "security group");
    assert_says("SGs are stateful.", "security group*");
    assert_says("The SG rules allow it.", "security group rule");
    assert_says("A network access control list has deny rules.", "NACL");
    assert_says("It fails over to another AZ.", "availability zone");
    assert_does_not_say("The group handles security.", "SG");
}

#[test]
fn synonym_groups_that_share_a_phrase_become_one() {
    let mut synonyms = Synonyms::new([["CMK", "customer managed key"]]).expect("valid");
    synonyms.add(["KMS key", "CMK"]).expect("valid");
    let answer = Answer::prepare("You encrypt it with a customer managed key.", &synonyms);
    assert_eq!(answer.cover(&terms(&["KMS key"])).verdict, Verdict::Covered);
    assert_eq!(synonyms.add(["…"]).expect_err("no word").phrase, "…");
}

#[test]
fn one_typo_in_a_long_word_is_forgiven() {
    assert_says("The gatway is in front.", "gateway");
    assert_says("It is about throttlign requests.", "throttling");
    assert_says("We want high availibility.", "availability");
    assert_says("Use least priviledge.", "least privilege");
    assert_does_not_say("We use polling.", "pooling");
    assert_does_not_say("They are sharing it.", "sharding");
    assert_does_not_say("The interval is short.", "internal");
    assert_does_not_say("The id is 12345678.", "12345679");
    assert_does_not_say("It is about gatways and doors.", "GETAWAY");
}

#[test]
fn numbers_are_exact_but_may_be_written_in_several_ways() {
    assert_says("The default is 29s.", "29 s");
    assert_says("It times out after 29 seconds.", "29 s");
    assert_says("It has a 29-second timeout.", "29 seconds");
    assert_says("It answers within twenty-nine seconds.", "29 s");
    assert_says("You get 10,000 requests per second.", "10000");
    assert_says("You get 10000 requests per second.", "10,000");
    assert_says("You get 10k requests per second.", "10,000");
    assert_says("The SLA is 99.99%.", "99.99");
    assert_says("The SLA is 99.99 percent.", "99.99 %");
    assert_says("The VPC is 10.0.0.0/16 here.", "/16");
    assert_says("A slash 16 is the largest block.", "/16");
    assert_says("Watch p99 latency.", "p99");
    assert_says("Use two AZs.", "2 availability zones");
    assert_does_not_say("It times out after 30 s.", "29 s");
    assert_does_not_say("There are 16 subnets.", "/16");
    assert_does_not_say("The SLA is 99.9%.", "99.99");
    assert_does_not_say("Watch p90 latency.", "p99");
}

#[test]
fn a_phrase_allows_small_gaps_but_no_denial_inside() {
    assert_says("It has public and private subnets.", "public subnet");
    assert_says("It denies everything by default.", "deny by default");
    assert_says("An A record points to an IPv4 address.", "A record");
    assert_does_not_say("It is encrypted in transit, not at rest.", "encrypted at rest");
    assert_does_not_say("The queue is full of letters. Dead ones.", "dead letter queue");
    assert_does_not_say("The subnet is private. Public access is off.", "private access");
}

#[test]
fn highlights_are_the_words_as_written() {
    let answer = "Überall: the **dead-letter queue** (DLQ) doesn't lose them — “café” ☕ rules.";
    let point = cover(answer, &["DLQ", "not lose"]);
    assert_eq!(highlighted(answer, &point), ["dead-letter queue", "DLQ", "doesn't lose"]);
}

#[test]
fn terms_that_cannot_work_are_refused_with_a_hint() {
    let error = |text: &str| Term::parse(text).expect_err(text);
    assert_eq!(error("  "), TermError::Empty);
    assert!(matches!(error("front door || entry"), TermError::EmptyAlternative { .. }));
    assert!(matches!(error("route |"), TermError::EmptyAlternative { .. }));
    assert!(matches!(error("--- | route"), TermError::OnlyPunctuation { .. }));
    assert!(matches!(error("th*"), TermError::WildcardTooShort { .. }));
    assert!(matches!(error("*"), TermError::OnlyPunctuation { .. }));
    assert!(matches!(error("10000*"), TermError::WildcardTooShort { .. }));
    assert!(matches!(error("thr*ttle"), TermError::MisplacedWildcard { .. }));
    assert!(matches!(error("*throttle"), TermError::MisplacedWildcard { .. }));
    assert!(matches!(error("throttle *"), TermError::MisplacedWildcard { .. }));
    assert!(matches!(
        error("it is the first thing that a caller on the internet meets"),
        TermError::TooLong { words: 12, .. }
    ));
    assert_eq!(
        error("th*").to_string(),
        "the wildcard in `th*` would match too much; write at least 3 letters before `*`"
    );
    assert_eq!(terms(&[" front door | thrott* "])[0].text(), "front door | thrott*");
}

#[test]
fn nothing_said_and_nothing_asked_are_missed() {
    assert_eq!(cover("", FRONT_DOOR).verdict, Verdict::Missed);
    assert_eq!(cover("Security groups are stateful.", &[]).verdict, Verdict::Missed);
    assert!(Coverage { points: Vec::new() }.share().abs() < f64::EPSILON);
}

#[test]
fn an_endless_answer_is_cut() {
    let synonyms = synonyms();
    let answer = "ä".repeat(MAX_ANSWER_BYTES);
    assert!(Answer::prepare(&answer, &synonyms).is_truncated());
    let answer = "the gateway throttles ".repeat(MAX_ANSWER_BYTES / 10);
    let answer = Answer::prepare(&answer, &synonyms);
    assert!(answer.is_truncated() && answer.word_count() < MAX_ANSWER_BYTES / 7);
}

/// The release build needs about 2 ms; the bound leaves room for a debug build on a busy machine.
#[test]
fn a_long_answer_is_judged_at_once() {
    let prose =
        "API Gateway is the front door, it routes requests to Lambda number 17 and throttles noisy callers. "
            .repeat(200);
    let synonyms = synonyms();
    let points: Vec<_> = (0..8).map(|_| terms(FRONT_DOOR)).collect();
    let start = Instant::now();
    let coverage = Answer::prepare(&prose, &synonyms).cover_all(&points);
    assert_eq!(coverage.covered(), 8);
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
}
