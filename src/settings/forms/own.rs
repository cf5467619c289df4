//! Forms of a person's own: their settings file, and the variables of their shell.

use super::{File, Form, Place, RESTART, TEXT, TOKEN_READABLE, settings_file};
use crate::settings::{Way, power_shell, shell, variables};

/// Where a user's own settings are.
const USER_PLACES: &[Place] = &[
    Place { system: "macOS, Linux, WSL", path: "~/.claude/settings.json" },
    Place { system: "Windows", path: r"%USERPROFILE%\.claude\settings.json" },
];

/// The user's own file.
pub(super) const SETTINGS: Form = Form {
    id: "user-settings",
    title: "User settings",
    purpose: "One person, or trying it out.",
    steps: &["Paste your file in below; put what comes out in its place.", RESTART],
    warnings: &["Managed settings outrank it.", TOKEN_READABLE],
    merges: true,
    way: Way::Direct,
    files: |options| settings_file(options, "settings.json", USER_PLACES),
};

/// sh and its kin.
pub(super) const SHELL: Form = Form {
    id: "shell",
    title: "Shell variables",
    purpose: "bash, zsh and every other kin of sh: one person, containers, CI.",
    steps: &["Add the lines to the file that your shell reads.", "Open a new shell.", RESTART],
    warnings: &[
        "Editors that were not started from the shell do not see them.",
        "Settings files outrank them.",
    ],
    merges: false,
    way: Way::Direct,
    files: |options| {
        const PLACES: &[Place] = &[
            Place { system: "bash", path: "~/.bashrc" },
            Place { system: "zsh", path: "~/.zshrc" },
            Place { system: "all users", path: "/etc/profile.d/daybook.sh" },
        ];
        let text = shell::posix(&variables(options, Way::Direct))?;
        Ok(vec![File { name: "daybook.sh", media_type: TEXT, places: PLACES, text }])
    },
};

/// The fish shell.
pub(super) const FISH: Form = Form {
    id: "fish",
    title: "fish variables",
    purpose: "The fish shell.",
    steps: &["Put the file where fish reads it.", "Open a new shell.", RESTART],
    warnings: &["Settings files outrank them."],
    merges: false,
    way: Way::Direct,
    files: |options| {
        const PLACES: &[Place] =
            &[Place { system: "fish", path: "~/.config/fish/conf.d/daybook.fish" }];
        let text = shell::fish(&variables(options, Way::Direct))?;
        Ok(vec![File { name: "daybook.fish", media_type: TEXT, places: PLACES, text }])
    },
};

/// PowerShell, on any system.
pub(super) const POWERSHELL: Form = Form {
    id: "powershell",
    title: "PowerShell variables",
    purpose: "PowerShell on any system.",
    steps: &["Add the lines to the file that $PROFILE names.", "Open a new window.", RESTART],
    warnings: &[
        "Editors that were not started from PowerShell do not see them.",
        "Settings files outrank them.",
    ],
    merges: false,
    way: Way::Direct,
    files: |options| {
        const PLACES: &[Place] = &[Place { system: "PowerShell", path: "$PROFILE" }];
        let text = power_shell::variables(&variables(options, Way::Direct))?;
        Ok(vec![File { name: "daybook.ps1", media_type: TEXT, places: PLACES, text }])
    },
};
