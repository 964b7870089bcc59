//! Stories of statements: what is said about a thing, the opposite of it, and lists that say nothing.

use super::tests::{FRONT_DOOR, assert_denies, assert_says, cover};
use super::{Term, TermError, TermState, Verdict};

#[test]
fn what_a_denied_statement_is_about_does_not_count() {
    assert_denies("Permissions and keys are not the customer's job.", "keys");
    assert_denies("Load balancers should never be in public subnets.", "load balancer");
    assert_denies("The line does not move.", "line");
    // unless the point asks for the denial
    let deny = ["security group", "no deny | cannot deny"];
    assert_eq!(
        cover("With all that said, a security group cannot deny anything.", &deny).verdict,
        Verdict::Covered
    );
    // and what stands before a pronoun is no subject
    assert_says("For S3 you don't need NAT at all, there are endpoints.", "S3");
    assert_says("The group is stateful and the NACL isn't.", "group");
    assert_says("Private instances cannot get out without NAT.", "private");
}

#[test]
fn a_mistake_keeps_a_point_from_being_covered() {
    let scope =
        ["security group", "instance | interface", "subnet", "!security group subnet | NACL instance"];
    let right = cover("The security group is on the instance, the NACL on the subnet.", &scope);
    assert_eq!(right.verdict, Verdict::Covered);
    assert_eq!(right.terms.len(), 3, "{:?}", right.terms);
    let wrong = cover("A security group protects the subnet and a NACL the instance.", &scope);
    assert_eq!(wrong.verdict, Verdict::Partly);
    assert!(wrong.falls_short_by(TermState::Mistaken));
    assert_eq!(wrong.missing().count(), 0);
    let two = "The instance has a security group and the subnet has a NACL.";
    assert_eq!(cover(two, &scope).verdict, Verdict::Covered, "a mistake stands in one clause");
    let denied = cover("A security group isn't stateless, it remembers.", &["remembers", "!stateless"]);
    assert_eq!(denied.verdict, Verdict::Covered);
    assert_eq!(Term::parse(" ! "), Err(TermError::Empty));
}

#[test]
fn notes_with_colons_and_arrows_are_no_word_list() {
    let own = ["buildings", "virtualization"];
    let notes =
        "AWS: buildings, racks, cabling, virtualization layer, host OS.\nMe: who may do what with my data.";
    assert_eq!(cover(notes, &own).verdict, Verdict::Covered);
    assert_eq!(
        cover("EC2 = I patch it -> guest OS, kernel, agents, applications", &["patch"]).verdict,
        Verdict::Covered
    );
    let list = "Key words: buildings, racks, cabling, virtualization layer, host OS, data, encryption, IAM";
    assert_eq!(cover(list, &own).verdict, Verdict::Partly);
}

#[test]
fn prepositions_inside_its_items_make_a_list_no_statement() {
    let list =
        "patching, end of life, in and out, cost per hour, front door, route to targets, throttling at edge";
    assert_eq!(cover(list, FRONT_DOOR).verdict, Verdict::Partly);
}
