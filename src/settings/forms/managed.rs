//! Forms of managed settings: what an admin puts over everybody's own. Facts about Claude Code
//! are from its documentation and from what was captured of it.

use super::{File, Form, Place, RESTART, TEXT, TOKEN_READABLE, settings_file};
use crate::settings::{Way, profile, registry, variables};

/// How an admin sees on one machine that it worked.
const STATUS: &str = "Run /status in Claude Code on one machine: it names the source of its \
                      managed settings. Then give it to all.";

/// What bites wherever managed settings are.
const ONE_SOURCE: &str = "Claude Code takes managed settings from one source alone: claude.ai, \
                          else profile or registry, else files.";
const TOGETHER: &str = "The telemetry variables move together: they are taken whole from one \
                        source, so all of them belong into the same one.";
const APPROVAL: &str = "An endpoint that is delivered makes Claude Code ask each user once; \
                        nothing is sent until they agree.";
const OUTRANKS: &str = "What is managed outranks the environment and the user's own settings.";

/// Where an owner of the organization puts them.
const CLAUDE_AI_PLACES: &[Place] =
    &[Place { system: "claude.ai", path: "Admin settings > Claude Code > Managed settings" }];

/// Where managed settings are.
pub(super) const MANAGED_PLACES: &[Place] = &[
    Place {
        system: "macOS",
        path: "/Library/Application Support/ClaudeCode/managed-settings.json",
    },
    Place { system: "Linux, WSL", path: "/etc/claude-code/managed-settings.json" },
    Place { system: "Windows", path: r"C:\Program Files\ClaudeCode\managed-settings.json" },
];

/// Where parts of managed settings are.
const DROP_IN_PLACES: &[Place] = &[
    Place {
        system: "macOS",
        path: "/Library/Application Support/ClaudeCode/managed-settings.d/50-daybook.json",
    },
    Place { system: "Linux, WSL", path: "/etc/claude-code/managed-settings.d/50-daybook.json" },
    Place {
        system: "Windows",
        path: r"C:\Program Files\ClaudeCode\managed-settings.d\50-daybook.json",
    },
];

/// Settings that Anthropic delivers.
pub(super) const CLAUDE_AI: Form = Form {
    id: "claude-ai",
    title: "claude.ai managed settings",
    purpose: "Everybody who signs in with the organization's Team or Enterprise account, \
              without touching a machine.",
    steps: &[
        "In claude.ai open Admin settings, Claude Code, Managed settings.",
        "Put it there; what is there already can be pasted in below, and is kept.",
        RESTART,
    ],
    warnings: &[
        APPROVAL,
        "They reach everybody: settings of claude.ai cannot target groups.",
        "They do not reach users of Bedrock, Vertex or a gateway.",
        TOGETHER,
    ],
    merges: true,
    way: Way::Direct,
    files: |options| settings_file(options, "managed-settings.json", CLAUDE_AI_PLACES),
};

/// One file a machine.
pub(super) const FILE: Form = Form {
    id: "managed-file",
    title: "Managed settings file",
    purpose: "Machines that you manage: one file for all their users.",
    steps: &["Put the file where the system reads it.", STATUS, RESTART],
    warnings: &[OUTRANKS, ONE_SOURCE, TOKEN_READABLE],
    merges: true,
    way: Way::Direct,
    files: |options| settings_file(options, "managed-settings.json", MANAGED_PLACES),
};

/// A file beside another team's.
pub(super) const DROP_IN: Form = Form {
    id: "managed-drop-in",
    title: "Managed settings drop-in",
    purpose: "Machines that have managed settings of another team: a file beside theirs.",
    steps: &[
        "Put the file into the folder. Files are merged by name, after \
         managed-settings.json.",
        STATUS,
        RESTART,
    ],
    warnings: &[
        "A file whose name comes later outranks it.",
        "Claude Code before 2.1.83 does not read the folder.",
        ONE_SOURCE,
        TOKEN_READABLE,
    ],
    merges: false,
    way: Way::Direct,
    files: |options| settings_file(options, "50-daybook.json", DROP_IN_PLACES),
};

/// Managed preferences of macOS.
pub(super) const PROFILE: Form = Form {
    id: "macos-profile",
    title: "macOS configuration profile",
    purpose: "Macs under device management.",
    steps: &["Give the profile to your device management.", STATUS, RESTART],
    warnings: &[
        "A profile holds all of the policy: add what another profile of \
         com.anthropic.claudecode says.",
        ONE_SOURCE,
        TOKEN_READABLE,
    ],
    merges: false,
    way: Way::Direct,
    files: |options| {
        let text = profile::profile(options, &variables(options, Way::Direct))?;
        Ok(vec![File {
            name: "daybook.mobileconfig",
            media_type: "application/x-apple-aspen-config",
            places: &[Place { system: "macOS", path: "Device management, or System Settings" }],
            text,
        }])
    },
};

/// Policy of Windows.
pub(super) const REGISTRY: Form = Form {
    id: "windows-registry",
    title: "Windows registry",
    purpose: "Windows under Group Policy or device management.",
    steps: &[
        "Run the script once a machine as an administrator, or give it to your device \
         management.",
        STATUS,
        RESTART,
    ],
    warnings: &[
        "The script keeps what the policy says besides; a policy that is pushed again \
         afterwards does not.",
        ONE_SOURCE,
        TOKEN_READABLE,
    ],
    merges: false,
    way: Way::Direct,
    files: |options| {
        Ok(vec![File {
            name: "daybook-registry.ps1",
            media_type: TEXT,
            places: &[Place {
                system: "Windows",
                path: r"HKLM\SOFTWARE\Policies\ClaudeCode, value Settings",
            }],
            text: registry::script(&variables(options, Way::Direct)),
        }])
    },
};
