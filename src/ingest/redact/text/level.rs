//! A text, or what it says with some escapes taken off, and the way back to it.

use super::super::embedded_json::View;
use std::ops::Range;

/// Escapes that are taken off below a text whose percent escapes were.
const LEVELS_BELOW_PERCENT: usize = 2;

/// One way to read a text.
pub struct Level<'a> {
    /// What it says.
    pub text: &'a str,
    /// How often escapes were taken off.
    pub depth: usize,
    /// Whether percent escapes were.
    percent: Option<usize>,
    /// The view it is, and what that was made from.
    above: Option<(&'a View, &'a Level<'a>)>,
}

impl<'a> Level<'a> {
    /// A text as it stands.
    pub fn top(text: &'a str) -> Level<'a> {
        Level { text, depth: 0, percent: None, above: None }
    }

    /// What a view of this says.
    pub fn below(&'a self, view: &'a View) -> Level<'a> {
        Level {
            text: &view.text,
            depth: self.depth + 1,
            percent: self.percent,
            above: Some((view, self)),
        }
    }

    /// The same for a view without percent escapes.
    pub fn below_percent(&'a self, view: &'a View) -> Level<'a> {
        Level { percent: Some(self.depth), ..self.below(view) }
    }

    /// This with one level of escapes taken off, unless there are none.
    pub fn unescaped(&self) -> Option<View> {
        let enough = self.percent.is_some_and(|from| self.depth > from + LEVELS_BELOW_PERCENT);
        if enough { None } else { View::of(self.text) }
    }

    /// This with its percent escapes taken off, once.
    pub fn percent_decoded(&self) -> Option<View> {
        if self.percent.is_some() { None } else { View::percent_decoded(self.text) }
    }

    /// The range of the text at the top that a range of this stands for.
    pub fn source_range(&self, range: Range<usize>) -> Range<usize> {
        match self.above {
            Some((view, level)) => level.source_range(view.source_range(&range)),
            None => range,
        }
    }
}
