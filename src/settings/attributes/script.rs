//! One script for everybody: it picks the attributes of whoever runs it, by the email, or by
//! the login where that is the beginning of one email alone.

use std::collections::HashMap;
use std::fmt::Write;

use daybook_schema::agents::claude_code::variable;

use super::{People, Person};
use crate::settings::power_shell;
use crate::settings::shell;

/// For sh and its kin, to be sourced: `/etc/profile.d/daybook-attributes.sh`.
pub fn posix(people: &People) -> String {
    let mut text = format!(
        "# Who reports to Daybook. Source this file: it sets {0} for whoever
# runs it, known by $DAYBOOK_USER_EMAIL, the login, or the email that Git knows.
daybook_attributes() {{
  case $1 in
",
        variable::RESOURCE_ATTRIBUTES
    );
    for (person, login) in with_logins(people) {
        let patterns: Vec<String> = [Some(&person.known_by), login.as_ref()]
            .into_iter()
            .flatten()
            .map(|it| shell::quoted(it))
            .collect();
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "    {}) printf '%s' {} ;;",
            patterns.join("|"),
            shell::quoted(&person.attributes)
        );
    }
    text.push_str(&format!(
        "    *) return 1 ;;
  esac
}}
for daybook_person in \"${{DAYBOOK_USER_EMAIL:-}}\" \"$(id -un 2>/dev/null)\" \\
  \"$(git config --global user.email 2>/dev/null)\"; do
  daybook_person=$(printf '%s' \"$daybook_person\" | tr '[:upper:]' '[:lower:]')
  if daybook_found=$(daybook_attributes \"$daybook_person\"); then
    export {}=\"$daybook_found\"
    break
  fi
done
unset -f daybook_attributes
unset daybook_person daybook_found
",
        variable::RESOURCE_ATTRIBUTES
    ));
    text
}

/// For PowerShell: `$PROFILE`, or a logon script.
pub fn power_shell(people: &People) -> String {
    let mut text = format!(
        "# Who reports to Daybook. It sets {} for whoever runs it, known by
# $env:DAYBOOK_USER_EMAIL, the principal name, the login, or the email that Git knows.
$daybookPeople = New-Object -TypeName 'System.Collections.Generic.Dictionary[string,string]' -ArgumentList ([System.StringComparer]::OrdinalIgnoreCase)
",
        variable::RESOURCE_ATTRIBUTES
    );
    for (person, login) in with_logins(people) {
        for name in [Some(&person.known_by), login.as_ref()].into_iter().flatten() {
            let _ = writeln!(
                text,
                "$daybookPeople[{}] = {}",
                power_shell::quoted(name),
                power_shell::quoted(&person.attributes)
            );
        }
    }
    let _ = writeln!(
        text,
        "$daybookNames = @($env:DAYBOOK_USER_EMAIL)
if (Get-Command -Name 'whoami.exe' -ErrorAction SilentlyContinue) {{ $daybookNames += (whoami.exe /upn 2>$null) }}
$daybookNames += [System.Environment]::UserName
if (Get-Command -Name 'git' -ErrorAction SilentlyContinue) {{ $daybookNames += (git config --global user.email) }}
foreach ($daybookName in $daybookNames) {{
    if ($daybookName -and $daybookPeople.ContainsKey($daybookName)) {{
        $env:{0} = $daybookPeople[$daybookName]
        break
    }}
}}",
        variable::RESOURCE_ATTRIBUTES
    );
    text
}

/// Everybody with the login that is theirs: the part of the email before its `@`, where it is
/// of nobody else and is no email itself.
fn with_logins(people: &People) -> Vec<(&Person, Option<String>)> {
    let login = |person: &Person| {
        person.known_by.rsplit_once('@').map(|(login, _)| login.to_owned()).unwrap_or_default()
    };
    let mut counted: HashMap<String, usize> = HashMap::new();
    for person in &people.people {
        *counted.entry(login(person)).or_default() += 1;
    }
    let own = |person| {
        let login = login(person);
        (counted.get(&login) == Some(&1) && !login.contains('@')).then_some(login)
    };
    people.people.iter().map(|person| (person, own(person))).collect()
}
