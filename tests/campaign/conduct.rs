//! Conducts a campaign: clients report, faults come, the judge speaks.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, ensure};
use fastrand::Rng;
use serde_json::json;

use crate::arguments::Plan;
use crate::client::{Client, Field};
use crate::fault::{Fault, deal};
use crate::fleet::Fleet;
use crate::intent_log::IntentLog;
use crate::judge::{Judgement, judge};
use crate::recovery::{Recovery, watch};
use crate::report;
use crate::strike::Striker;

/// How many clients report at once.
const CLIENTS: u64 = 6;

/// What came of a campaign.
pub struct Outcome {
    pub plan: Plan,
    /// Every fault, with what came after it.
    pub faults: Vec<(Fault, Recovery)>,
    /// How often clients got which answer.
    pub answers: BTreeMap<String, u64>,
    pub judgement: Judgement,
    /// How many poisonous signals were sent, and how many signals were put aside.
    pub planted: usize,
    pub quarantined: usize,
    /// How often a process ended that nobody had killed.
    pub ended_unasked: usize,
}

impl Outcome {
    /// Whether nothing was lost, doubled, put aside without need, or refused.
    pub fn is_clean(&self) -> bool {
        let judged = &self.judgement;
        judged.lost == 0
            && judged.doubled == 0
            && judged.open == 0
            && self.quarantined == self.planted
            && self.ended_unasked == 0
            && self.answers.keys().all(|answer| report::PASSING.contains(&answer.as_str()))
    }
}

/// Runs a campaign and reports it. What it leaves is kept when something is wrong.
pub fn campaign(plan: &Plan) -> anyhow::Result<Outcome> {
    println!("campaign: {}", plan.command());
    let mut fleet = Fleet::start(plan)?;
    let outcome = run(plan, &mut fleet);
    if let Ok(outcome) = &outcome {
        report::print(outcome);
    }
    if plan.keep || !outcome.as_ref().is_ok_and(Outcome::is_clean) {
        let Fleet { place, programs, .. } = fleet;
        drop(programs);
        println!("the intent log, the logs and the data are kept in {}", place.keep().display());
        println!("repeat it with: {}", plan.command());
    }
    outcome
}

/// Runs a campaign.
fn run(plan: &Plan, fleet: &mut Fleet) -> anyhow::Result<Outcome> {
    let connection = fleet.connection("campaign")?;
    let poison = fleet.connection("poison")?;
    fleet.stop_all()?;
    fleet.set_poison(cfg!(debug_assertions).then_some(&poison));
    fleet.start_all();
    let field = Field {
        urls: fleet.urls.clone(),
        connection,
        poison,
        log: IntentLog::create(&fleet.place.intent_log()),
        enough: AtomicBool::new(false),
        abandoned: AtomicBool::new(false),
        answers: Mutex::new(BTreeMap::new()),
    };
    let (faults, planted) = std::thread::scope(|scope| {
        for n in 0..CLIENTS {
            let mut client = Client::new(&field, &format!("c{n}"), plan.seed.wrapping_add(n + 1));
            scope.spawn(move || client.run());
        }
        let _end = End { field: &field };
        let done = strike_all(plan, fleet, &field)?;
        field.enough.store(true, Ordering::SeqCst);
        anyhow::Ok(done)
    })?;
    let quarantined = set_right(fleet)?;
    let answers = field.answers.into_inner().context("a client panicked")?;
    let judgement = judge(&fleet.place.intent_log(), &fleet.daily_usage()?)?;
    let ended_unasked = fleet.ended_unasked;
    let plan = *plan;
    Ok(Outcome { plan, faults, answers, judgement, planted, quarantined, ended_unasked })
}

/// Ends the clients when the campaign breaks off: they would wait for answers for ever.
struct End<'a> {
    field: &'a Field,
}

impl Drop for End<'_> {
    fn drop(&mut self) {
        if !self.field.enough.swap(true, Ordering::SeqCst) {
            self.field.abandoned.store(true, Ordering::SeqCst);
        }
    }
}

/// Does every fault of the plan; each with what came after it, and how many were poison.
fn strike_all(
    plan: &Plan,
    fleet: &mut Fleet,
    field: &Field,
) -> anyhow::Result<(Vec<(Fault, Recovery)>, usize)> {
    let mut rng = Rng::with_seed(plan.seed);
    let faults = deal(plan, &mut rng);
    let mut prober = Client::new(field, "prober", plan.seed);
    let client = Client::new(field, "poisoner", plan.seed);
    let mut striker = Striker { rng, client, planted: 0 };
    watch(fleet, &mut prober, &field.log)?;
    let mut done = Vec::new();
    for (number, fault) in faults.into_iter().enumerate() {
        crate::pause(Duration::from_millis(striker.rng.u64(20..500)));
        field.log.write(&json!({"fault": number, "what": fault.name()}));
        let fault = striker.strike(fleet, fault).with_context(|| fault.name())?;
        field.log.write(&json!({"started": number, "what": fault.name()}));
        let recovery = watch(fleet, &mut prober, &field.log).with_context(|| fault.name())?;
        report::print_fault(number, fault, recovery);
        done.push((fault, recovery));
    }
    Ok((done, striker.planted))
}

/// Lets everything be counted, also what was put aside: how much that was.
fn set_right(fleet: &mut Fleet) -> anyhow::Result<usize> {
    let status = fleet.settle()?;
    let quarantined = status["signals"]["quarantined"].as_u64().context("a number")?;
    fleet.set_poison(None);
    fleet.stop_all()?;
    fleet.start_all();
    fleet.command(&["replay"])?;
    let status = fleet.settle()?;
    ensure!(status["signals"]["quarantined"] == 0, "replay brings back what was put aside");
    Ok(usize::try_from(quarantined)?)
}
