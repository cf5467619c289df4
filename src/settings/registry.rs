//! The Windows registry, as a PowerShell script: machine-wide policy of Claude Code.

use super::power_shell::quoted;
use super::{Variable, json};

/// Where the policy is.
pub const KEY: &str = r"HKLM:\SOFTWARE\Policies\ClaudeCode";

/// The script. What the policy says besides is kept: a value of the registry holds all of it.
pub fn script(variables: &[Variable]) -> String {
    format!(
        "#Requires -RunAsAdministrator
$ErrorActionPreference = 'Stop'
$key = {key}
$variables = ConvertFrom-Json -InputObject {variables}

if (-not (Test-Path -LiteralPath $key)) {{
    New-Item -Path $key -Force | Out-Null
}}
$stored = (Get-Item -LiteralPath $key).GetValue('Settings')
$settings = if ($stored) {{ ConvertFrom-Json -InputObject $stored }} else {{ New-Object -TypeName PSObject }}
if (-not $settings.env) {{
    $settings | Add-Member -Force -NotePropertyName 'env' -NotePropertyValue (New-Object -TypeName PSObject)
}}
foreach ($variable in $variables.PSObject.Properties) {{
    $settings.env | Add-Member -Force -NotePropertyName $variable.Name -NotePropertyValue $variable.Value
}}
$text = ConvertTo-Json -InputObject $settings -Depth 64 -Compress
New-ItemProperty -LiteralPath $key -Name 'Settings' -PropertyType String -Value $text -Force | Out-Null
",
        key = quoted(KEY),
        variables = quoted(&json::ascii_object(variables)),
    )
}
