//! The built-in rules as people read them: by family, each with whether it is looked for unless
//! somebody says otherwise. Finds nothing itself.

use super::rules::{self, Group, Rule};

/// The rules of a family, in the order of the table.
pub struct Family {
    /// What it is called.
    pub name: &'static str,
    pub on_by_default: bool,
    pub rules: Vec<&'static Rule>,
}

/// The families, in the order of the table.
pub fn families() -> Vec<Family> {
    let mut families: Vec<Family> = Vec::new();
    for rule in rules::all() {
        let name = name(rule.group);
        match families.iter_mut().find(|family| family.name == name) {
            Some(family) => family.rules.push(rule),
            None => families.push(Family {
                name,
                on_by_default: is_on_by_default(rule.group),
                rules: vec![rule],
            }),
        }
    }
    families
}

/// What a family is called.
fn name(group: Group) -> &'static str {
    match group {
        Group::PrivateKeys => "Private keys",
        Group::AiProviders => "Model providers",
        Group::Cloud => "Cloud platforms",
        Group::SourceControl => "Source hosts and registries",
        Group::Payment => "Payment",
        Group::Services => "Communication and services",
        Group::Generic => "By what stands round them",
        Group::Identity => "Cards, accounts and social insurance",
        Group::Contacts => "Addresses of people and machines",
    }
}

/// Whether a family is looked for unless somebody says otherwise.
fn is_on_by_default(group: Group) -> bool {
    Group::by_default().contains(&group)
}
