//! What is compared of the patterns of a bucket: their windows, found by the bits that all of them
//! fix.

use super::{Element, WINDOW};

/// Slots that windows are spread over.
const SLOTS: usize = 256;

/// Spreads bits, as Knuth would: two to the 64th over the golden ratio.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// What is compared of a pattern before anything else: the last bytes, the last one uppermost.
#[derive(Clone, Copy)]
pub struct Window {
    /// The bits that are the same wherever the pattern stands.
    fixed: u64,
    /// What they are.
    value: u64,
    /// The number of the pattern.
    pub number: usize,
    /// Elements of the pattern that these bits decide.
    pub decided: usize,
}

impl Window {
    /// The windows of a pattern: one, unless it holds what can be one of two signs.
    pub fn each(elements: &[Element], number: usize) -> Vec<Window> {
        let lead = WINDOW.saturating_sub(elements.len());
        let undecided = elements.iter().any(|element| element.is_set());
        let decided = if undecided { 0 } else { elements.len() };
        let mut windows = vec![Window { fixed: 0, value: 0, number, decided }];
        for (element, place) in elements.iter().zip(lead..) {
            windows = windows
                .iter()
                .flat_map(|window| element.each().into_iter().map(|one| window.with(one, place)))
                .collect();
        }
        windows
    }

    /// The same with an element at a place.
    fn with(self, element: Element, place: usize) -> Window {
        let (fixed, value) = element.fixed_bits();
        Window {
            fixed: self.fixed | u64::from(fixed) << (8 * place),
            value: self.value | u64::from(value) << (8 * place),
            ..self
        }
    }
}

/// Windows, and where among them to look.
pub struct Bucket {
    /// The bits that all of its windows fix.
    told_by: u64,
    /// Where the windows of each slot begin; those of the next one begin where they end.
    begins: [u16; SLOTS + 1],
    /// The windows, slot by slot.
    windows: Vec<Window>,
}

impl Bucket {
    /// Spreads windows over slots.
    pub fn new(mut windows: Vec<Window>) -> Bucket {
        let told_by = windows.iter().fold(u64::MAX, |bits, window| bits & window.fixed);
        windows.sort_by_key(|window| slot(window.value & told_by));
        let mut begins = [0; SLOTS + 1];
        for (number, begin) in begins.iter_mut().enumerate() {
            let before = windows.partition_point(|window| slot(window.value & told_by) < number);
            *begin = u16::try_from(before).unwrap_or(u16::MAX);
        }
        Bucket { told_by, begins, windows }
    }

    /// The windows that may be what these last bytes are.
    pub fn same_as(&self, last: u64) -> impl Iterator<Item = &Window> {
        let slot = slot(last & self.told_by);
        let begin = |slot: usize| self.begins.get(slot).map_or(0, |begin| usize::from(*begin));
        let windows = self.windows.get(begin(slot)..begin(slot + 1)).unwrap_or_default();
        windows.iter().filter(move |window| last & window.fixed == window.value)
    }
}

/// The slot of some bits.
fn slot(bits: u64) -> usize {
    let [.., first] = bits.wrapping_mul(SPREAD).to_le_bytes();
    usize::from(first)
}
