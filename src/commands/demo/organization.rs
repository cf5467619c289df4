//! Who is in the organization, and what they do on a day.

use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc, Weekday};
use daybook_jobs::signal::Request;
use fastrand::Rng;

use super::session::Session;

/// Made-up people at work.
pub(super) struct Organization {
    people: Vec<Person>,
    days: u32,
    random: Rng,
}

/// One of them.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) number: u32,
    /// Nobody named them: their client has an API key and no resource attributes.
    pub(super) named: bool,
    pub(super) exporters: Exporters,
    /// Sessions of an ordinary workday.
    eagerness: f64,
    /// Days ago they began, and stopped.
    began: u32,
    stopped: u32,
    /// Share of work given to the large model.
    pub(super) prefers_large: f64,
}

/// Which exporters a person's settings switch on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exporters {
    Both,
    MetricsOnly,
    LogsOnly,
}

impl Organization {
    /// An organization of so many people over so many days.
    pub(super) fn new(people: u32, days: u32, seed: u64) -> Organization {
        let mut random = Rng::with_seed(seed);
        let people = (0..people).map(|number| Person::any(number, days, &mut random)).collect();
        Organization { people, days, random }
    }

    /// Everything that is told of a day; nothing later than `now`.
    pub(super) fn day(&mut self, day: NaiveDate, age: u32, now: DateTime<Utc>) -> Vec<Request> {
        let mut told = Vec::new();
        let elapsed = self.days.saturating_sub(age);
        for person in &self.people {
            let sessions = person.sessions(day, age, &mut self.random);
            for index in 0..sessions {
                let minute = self.random.i64(7 * 60..18 * 60);
                let Some(midnight) = day.and_hms_opt(0, 0, 0) else {
                    continue;
                };
                let begun = midnight.and_utc() + Duration::minutes(minute);
                let session = Session::any(person, begun, index, elapsed, &mut self.random);
                told.extend(session.told(person, now));
            }
        }
        told
    }
}

impl Person {
    /// Any person: most work on and off, some a lot; they came one after the other, and a few
    /// have stopped.
    fn any(number: u32, days: u32, random: &mut Rng) -> Person {
        let roll = random.f64();
        let eagerness = match number % 10 {
            0 => 5.0 + 3.0 * roll,
            1..=4 => 2.0 + 2.0 * roll,
            _ => 0.4 + 1.2 * roll,
        };
        Person {
            number,
            named: number % 29 != 7,
            exporters: match number % 20 {
                13 => Exporters::MetricsOnly,
                17 => Exporters::LogsOnly,
                _ => Exporters::Both,
            },
            eagerness,
            began: if number.is_multiple_of(3) { days } else { random.u32(days / 4..=days) },
            stopped: if number % 12 == 5 { random.u32(10..=90) } else { 0 },
            prefers_large: random.f64() * 0.7,
        }
    }

    /// The team their settings name, if any.
    pub(super) fn team(&self) -> Option<&'static str> {
        let teams = ["Platform", "Payments", "Search", "Mobile", "Data"];
        let place = usize::try_from(self.number % 6).unwrap_or_default();
        teams.get(place).copied()
    }

    /// How many sessions of a day.
    fn sessions(&self, day: NaiveDate, age: u32, random: &mut Rng) -> u32 {
        if age > self.began || age < self.stopped || self.is_away(day) {
            return 0;
        }
        let weekday = match day.weekday() {
            Weekday::Sat | Weekday::Sun => 0.06,
            Weekday::Fri => 0.8,
            _ => 1.0,
        };
        let mut left = self.eagerness * weekday * (0.5 + random.f64());
        let mut sessions = 0;
        while left > random.f64() && sessions < 12 {
            sessions += 1;
            left -= 1.0;
        }
        sessions
    }

    /// Two weeks of summer, a week at the end of the year.
    fn is_away(&self, day: NaiveDate) -> bool {
        let week = day.iso_week().week();
        let summer = 27 + self.number % 8;
        week == summer || week == summer + 1 || week >= 52
    }
}
