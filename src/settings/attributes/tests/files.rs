//! Files as spreadsheets write them, and as hostile people do.

use std::io::{Cursor, Read};

use proptest::prelude::*;

use super::super::{MAX_BYTES, MAX_PEOPLE, archive, csv, json, read, text};
use super::people;

#[test]
fn every_way_of_writing_a_table_is_read() {
    let expected =
        "user.email=ada@example.com,user.name=Ada%20Lovelace,team=Engines,cost_center=CC%201";
    for file in [
        "email,name,team,cost_center\nada@example.com,Ada Lovelace,Engines,CC 1\n",
        "email,name,team,cost_center\r\nada@example.com,Ada Lovelace,Engines,CC 1",
        "\u{feff}E-Mail;Full Name;Team;Cost Centre\r\nada@example.com;Ada Lovelace;Engines;CC 1\r\n",
        "sep=;\r\nemail;name;team;cost_center\r\nada@example.com;Ada Lovelace;Engines;CC 1\r\n",
        "User Principal Name\tDisplay Name\tSquad\tcost-code\nada@example.com\tAda Lovelace\tEngines\tCC 1\n",
        "\"Email Address\",\"user.name\",\"Team name\",\"COST_CENTRE\"\n\"ada@example.com\",\"Ada Lovelace\",\"Engines\",\"CC 1\"\n",
        " team , cost center, email ,name\n Engines ,CC 1 , ada@example.com , Ada Lovelace \n\n,,,\n",
        "email,name,team,cost_center,manager\nada@example.com,Ada Lovelace,Engines,CC 1,\"Babbage, Charles\"\n",
        "email,name,team,cost_center\rada@example.com,Ada Lovelace,Engines,CC 1\r",
    ] {
        let read = people(file);
        assert_eq!(read.refused, [], "{file}");
        assert_eq!(read.people.len(), 1, "{file}");
        assert_eq!(read.people[0].attributes, expected, "{file}");
    }
}

#[test]
fn a_quoted_field_keeps_its_separators_and_quotes() {
    let read = people("email,name\nada@example.com,\"Lovelace, Ada \"\"Countess\"\"\"\n");
    assert_eq!(read.people[0].value("name"), "Lovelace, Ada \"Countess\"");
}

#[test]
fn what_cannot_be_expressed_is_told_and_the_rest_is_given() {
    let long = "ë".repeat(100);
    let file = format!(
        "email,name,team\nada@example.com,Ada,T\nbob,Bob,T\n,Nobody,T\ncy@example.com,{long},a\u{202e}b\n\
         dan@example.com,Last, First,T\nADA@example.com,Twin,T\neve@example.com\n"
    );
    let read = people(&file);
    let known: Vec<&str> = read.people.iter().map(|it| it.email.as_str()).collect();
    assert_eq!(known, ["ada@example.com", "eve@example.com"]);
    let told: Vec<(u64, Option<&str>)> =
        read.refused.iter().map(|it| (it.line, it.column)).collect();
    assert_eq!(
        told,
        [
            (3, Some("email")),
            (4, Some("email")),
            (5, Some("name")),
            (5, Some("team")),
            (6, None),
            (7, None)
        ]
    );
    assert!(read.refused[4].reason.contains("4 fields and the headings are 3"));
    assert!(read.refused[5].reason.contains("line 2 is about the same email"));
}

#[test]
fn lines_are_counted_as_editors_count_them() {
    for end in ["\n", "\r\n", "\r"] {
        let lines = ["email,name", "bob,1", "", "\"c\nc@x\",2", "dan,3", "ok@example.com,4", "eve"];
        let told: Vec<u64> = people(&lines.join(end)).refused.iter().map(|it| it.line).collect();
        assert_eq!(told, [2, 4, 6, 8], "{end:?}");
    }
    let told = people("sep=,\r\nemail\r\nbob").refused[0].line;
    assert_eq!(told, 3, "the first line counts");
}

#[test]
fn text_that_is_not_utf8_is_told_with_its_place() {
    let read = read(b"email,name\nada@example.com,Zo\xeb\nbob@example.com,Bob\n").expect("read");
    assert_eq!(read.people.len(), 1);
    assert_eq!((read.refused[0].line, read.refused[0].column), (2, Some("name")));
    assert!(read.refused[0].reason.contains("UTF-8"));
}

#[test]
fn a_quote_that_is_not_closed_is_told() {
    let read = people("email,name\nada@example.com,\"Ada\nbob@example.com,Bob\n");
    assert!(read.people.is_empty());
    assert!(read.refused[0].reason.contains("a quote not closed"), "{:?}", read.refused);
    assert_eq!(read.refused[0].line, 2);
}

#[test]
fn a_file_that_makes_no_sense_is_refused() {
    for (file, expected) in [
        (&b""[..], "it is empty"),
        (b"\xef\xbb\xbf", "it is empty"),
        (b"name,team\nAda,T\n", "no heading"),
        (b"ada@example.com,Ada\n", "no heading"),
        (b"email,mail\na@b,c@d\n", "two headings mean the email"),
        (b"\xff\xfee\0m\0a\0i\0l\0", "UTF-16"),
        (b"PK\x03\x04 a spreadsheet", "no heading"),
    ] {
        let refused = read(file).expect_err("refused").to_string();
        assert!(refused.contains(expected), "{refused}");
    }
    let wide = vec!["x"; 200].join(",");
    assert!(read(wide.as_bytes()).expect_err("refused").to_string().contains("headings"));
    let large = vec![b'x'; MAX_BYTES + 1];
    assert!(read(&large).expect_err("refused").to_string().contains("larger than"));
}

#[test]
fn more_people_than_fit_are_told() {
    let rows: String = (0..MAX_PEOPLE + 2).map(|it| format!("a{it}@example.com\n")).collect();
    let read = people(&format!("email\n{rows}"));
    assert_eq!((read.people.len(), read.refused.len()), (MAX_PEOPLE, 1));
    assert!(read.refused[0].reason.contains("split it here"));
}

#[test]
fn columns_nobody_knows_are_named() {
    assert_eq!(people("email,shoe size,\nada@example.com,38,\n").left_out, ["shoe size"]);
}

#[test]
fn listings_hold_everybody() {
    let read = people("email,name\nada@example.com,Ada\n=cmd@example.com,=1+1\nbob,Bob\n");
    assert!(text(&read).starts_with(
        "ada@example.com\tOTEL_RESOURCE_ATTRIBUTES=user.email=ada@example.com,user.name=Ada\n"
    ));
    let all = json(&read);
    assert_eq!(all["data"][0]["resource_attributes"], "user.email=ada@example.com,user.name=Ada");
    assert_eq!(all["data"][0]["team"], serde_json::Value::Null);
    assert_eq!(all["refused"][0]["line"], 4);
    let table = csv(&read);
    assert!(table.lines().nth(2).is_some_and(|line| line.starts_with("'=cmd@example.com,'=1+1")));
    assert_eq!(people(&table).people[0].attributes, read.people[0].attributes, "it is read again");
}

/// The files of an archive.
fn unpacked(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    (0..archive.len())
        .map(|place| {
            let mut file = archive.by_index(place).expect("a file");
            let name = file.name().expect("a name").into_owned();
            assert_eq!(file.enclosed_name().as_deref(), Some(std::path::Path::new(&name)));
            let mut text = String::new();
            file.read_to_string(&mut text).expect("text");
            (name, text)
        })
        .collect()
}

#[test]
fn an_archive_has_a_file_a_person() {
    let read = people("email,name\nada@example.com,Ada\nbob,Bob\n");
    let files = unpacked(&archive(&read).expect("an archive"));
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "people/ada@example.com.json",
            "daybook-attributes.sh",
            "daybook-attributes.ps1",
            "daybook-attributes.csv",
            "refused.csv"
        ]
    );
    let settings: serde_json::Value = serde_json::from_str(&files[0].1).expect("JSON");
    let attributes = &settings["env"]["OTEL_RESOURCE_ATTRIBUTES"];
    assert_eq!(attributes, "user.email=ada@example.com,user.name=Ada");
    assert!(files[4].1.contains("3,email,"), "{}", files[4].1);
    assert_eq!(archive(&read).expect("an archive"), archive(&read).expect("an archive"));
}

#[test]
fn names_of_files_are_safe_and_differ() {
    let hostile = [
        "../../etc/passwd@x.com",
        "..\\..\\windows@x.com",
        "con@x.com",
        "nul.a@x.com",
        "com1@x.com",
        ".hidden@x.com",
        "-rf@x.com",
        "a/b@x.com",
        "a_b@x.com",
        "a:b@x.com",
        "ë@x.com",
        "é@x.com",
        "$(id)@x.com",
        "a|b@x.com",
    ];
    let rows: Vec<String> = hostile.iter().map(|it| format!("\"{it}\"\n")).collect();
    let long = format!("{}1@x.com\n{}2@x.com\n", "y".repeat(120), "y".repeat(120));
    let read = people(&format!("email\n{}{long}", rows.concat()));
    assert_eq!(read.refused, []);
    let files = unpacked(&archive(&read).expect("an archive"));
    let mut names: Vec<String> = files
        .iter()
        .filter_map(|(name, _)| name.strip_prefix("people/"))
        .map(str::to_lowercase)
        .collect();
    assert_eq!(names.len(), hostile.len() + 2);
    for name in &names {
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "@.-_+".contains(letter);
        assert!(name.chars().all(is_plain) && name.len() < 120, "{name}");
        assert!(!name.starts_with(['.', '-']) && !name.starts_with("con@"), "{name}");
        assert!(!name.starts_with("nul.") && !name.starts_with("com1@"), "{name}");
    }
    names.sort();
    names.dedup();
    assert_eq!(names.len(), hostile.len() + 2, "each has its own");
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut file = b"email,name\n".to_vec();
        file.extend(&bytes);
        for file in [&bytes, &file] {
            if let Ok(read) = read(file) {
                prop_assert!(archive(&read).is_ok());
            }
        }
    }
}
