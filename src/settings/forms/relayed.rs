//! Forms in which settings hold no token: a collector or a script has it.

use super::managed::MANAGED_PLACES;
use super::{File, Form, JSON, Place, RESTART, TEXT};
use crate::settings::{Way, collector, headers_helper, json, variables};

/// A collector in between.
pub(super) const COLLECTOR: Form = Form {
    id: "collector",
    title: "OpenTelemetry Collector",
    purpose: "Networks in which developers do not reach Daybook, or a collector that is \
              there already.",
    steps: &[
        "Give the collector its configuration, and the token in its environment \
         (DAYBOOK_INGEST_TOKEN) or in the file that the configuration names.",
        "Start it. After another token: restart it, or send it SIGHUP where it reads a file.",
        "Give developers the settings: they name the collector, and hold no token.",
        RESTART,
    ],
    warnings: &[
        "Whoever reaches the collector can report: keep it inside your network, or put its \
         own authentication before it.",
        "Add no processor that changes attributes or temporality: people are known by \
         attributes.",
        "It needs the contrib distribution, 0.144 or newer: what waits is kept on disk.",
    ],
    merges: false,
    way: Way::OverCollector,
    files: |options| {
        const PLACES: &[Place] =
            &[Place { system: "Collector", path: "/etc/otelcol-contrib/config.yaml" }];
        let configuration = File {
            name: "config.yaml",
            media_type: "application/yaml",
            places: PLACES,
            text: collector::configuration(options),
        };
        let settings = json::settings(&variables(options, Way::OverCollector));
        let developers = File {
            name: "managed-settings.json",
            media_type: JSON,
            places: MANAGED_PLACES,
            text: settings,
        };
        Ok(vec![configuration, developers])
    },
};

/// A script that tells the token.
pub(super) const HEADERS_HELPER: Form = Form {
    id: "headers-helper",
    title: "A token for each person",
    purpose: "Settings without a token: a script tells Claude Code the token of whoever runs \
              it.",
    steps: &[
        "Put the script where the settings name it, and make it executable (chmod 755).",
        "Have every person, or your device management as that person, run the second file \
         with a token of their own.",
        "Give out the settings.",
        RESTART,
    ],
    warnings: &[
        "Claude Code asks the script again about every half hour: keep a rotated token alive \
         for an hour.",
        "It is not asked where the protocol is gRPC.",
        "The script is for macOS, Linux and WSL.",
    ],
    merges: false,
    way: Way::WithHelper,
    files: |options| {
        const SCRIPT: &[Place] =
            &[Place { system: "macOS, Linux, WSL", path: headers_helper::PATH }];
        const TOKEN: &[Place] = &[Place { system: "Each person", path: "Run once, then delete" }];
        let settings =
            json::settings_with(&variables(options, Way::WithHelper), Some(headers_helper::PATH));
        let script = headers_helper::script().to_owned();
        let store = headers_helper::store_token(options);
        Ok(vec![
            File { name: "daybook-otel-headers", media_type: TEXT, places: SCRIPT, text: script },
            File { name: "store-token.sh", media_type: TEXT, places: TOKEN, text: store },
            File {
                name: "managed-settings.json",
                media_type: JSON,
                places: MANAGED_PLACES,
                text: settings,
            },
        ])
    },
};
