//! Which models drive the cost.

use maud::{Markup, html};

use super::PATH;
use super::spend::{ModelSpend, Spend};
use crate::charts::palette::Palette;
use crate::dashboard::filter::View;
use crate::dashboard::numbers::{self, CountColumn};
use crate::dashboard::text;

/// Models that are listed; the chart's table and the exports have them all.
const LISTED: usize = 20;

/// The panel.
pub(super) fn panel(view: &View, spend: &Spend, palette: &Palette) -> Markup {
    let tokens = CountColumn::of(spend.models.iter().map(ModelSpend::tokens));
    let rest = spend.models.len().saturating_sub(LISTED);
    html! {
        section.card aria-labelledby="models" {
            h2 #models { "Models" }
            div.scroll tabindex="0" role="group" aria-labelledby="models" {
                table.sticky {
                    thead {
                        tr {
                            th scope="col" { "Model" }
                            th.number scope="col" { "Cost, est." }
                            th.number scope="col" { "Share" }
                            th.number scope="col" { "Tokens" }
                            th.number scope="col" title="Share of all input that was read from the prompt cache" { "From cache" }
                        }
                    }
                    tbody {
                        @for model in spend.models.iter().take(LISTED) {
                            tr {
                                th scope="row" { (name(view, model, palette)) }
                                td.number { (numbers::cost(model.cost_micros)) }
                                td.number { (numbers::percent(model.cost_micros, spend.cost_micros())) }
                                td.number { (tokens.show(model.tokens())) }
                                td.number { (numbers::percent(model.cache_read_tokens, model.all_input())) }
                            }
                        }
                    }
                    tfoot { (foot(spend)) }
                }
            }
            @if rest > 0 { p.muted { "And " (rest) " more." } }
        }
    }
}

/// A model, as a link to the view of it alone.
fn name(view: &View, model: &ModelSpend, palette: &Palette) -> Markup {
    let shown = text::plain(&model.model);
    html! {
        a.name href=(view.with_model(Some(&model.model)).link(PATH)) title=(shown) {
            span class={ "swatch " (palette.class(&model.model)) } {}
            bdi { (shown) }
        }
    }
}

/// All of them.
fn foot(spend: &Spend) -> Markup {
    html! {
        tr {
            th scope="row" { "Total" }
            td.number { (numbers::cost(spend.cost_micros())) }
            td {}
            td.number { (numbers::count(spend.sum(ModelSpend::tokens))) }
            td.number {
                (numbers::percent(spend.sum(|model| model.cache_read_tokens), spend.sum(ModelSpend::all_input)))
            }
        }
    }
}
