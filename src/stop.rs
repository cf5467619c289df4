//! Stops in order, so that a client loses nothing when the process is replaced.
//!
//! Asked to stop, the server goes on answering, and tells every client to close: the next
//! request of each goes to the process that takes over. When nobody is left, or time is up, it
//! stops listening. What comes in the very last moment is answered 503, and sent again.

mod connections;
mod signals;

use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServerHandle, ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, ResponseError, web};
use futures::future::join_all;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use crate::error::ApiError;
use crate::ingest::answer::{MediaType, Refused};
use crate::listen::Ending;
pub use connections::{Connections, OpenConnection};
pub use signals::{Asked, Signals, tell_supervisor_of_start};

/// Handshakes that began before clients were steered away are over by then.
const QUIET: Duration = Duration::from_millis(500);

/// How long what waits to be accepted is answered 503 when time is up.
const LAST_MOMENT: Duration = Duration::from_millis(100);

/// How long requests under way may take when time is up.
const UNDER_WAY: Duration = Duration::from_secs(1);

/// How long a connection that was accepted may take to reach a worker.
const TAKEN: Duration = Duration::from_millis(250);

/// How often the last connections are looked at.
const LOOK: Duration = Duration::from_millis(20);

/// How far the end is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
pub enum Phase {
    /// Not in sight.
    Serving,
    /// Requests are answered, connections are not kept.
    Draining,
    /// Too near for a request to be served.
    Closing,
}

/// How far the end is, and who is connected. Cheap to clone.
#[derive(Clone)]
pub struct Stopping {
    phase: watch::Sender<Phase>,
    /// Whether anybody is accepted still.
    accepts: watch::Sender<bool>,
    pub connections: Connections,
}

impl Default for Stopping {
    fn default() -> Stopping {
        Stopping {
            phase: watch::Sender::new(Phase::Serving),
            accepts: watch::Sender::new(true),
            connections: Connections::default(),
        }
    }
}

impl Stopping {
    /// How far the end is now.
    pub fn phase(&self) -> Phase {
        *self.phase.borrow()
    }

    /// Waits until the end has begun, for doors that end their connections by themselves.
    pub async fn begun(&self) {
        let _ = self.phase.subscribe().wait_for(|phase| *phase != Phase::Serving).await;
    }

    /// Waits until nobody is to be accepted any more, for doors that accept by themselves.
    pub async fn accepts_nobody(&self) {
        let _ = self.accepts.subscribe().wait_for(|accepts| !accepts).await;
    }

    /// Says that nobody is to be accepted any more.
    pub fn accept_nobody(&self) {
        self.accepts.send_replace(false);
    }

    /// Begins a phase.
    fn begin(&self, phase: Phase) {
        if phase == Phase::Draining {
            self.connections.begin_again();
        }
        self.phase.send_replace(phase);
    }

    /// Waits until nobody needs this process any more; `false` when the time was up before.
    ///
    /// Where the socket outlives the process, new clients may wait in it; else somebody who
    /// connects until there is quiet is better served late than refused.
    async fn drain(&self, ending: &Ending, time: Duration) -> bool {
        let begun = Instant::now();
        let mut steered = begun;
        let mut attempt = 0;
        ending.steer_away(attempt);
        while begun.elapsed() < time {
            let is_enough = ending.outlives() || self.connections.are_quiet_since(begun, QUIET);
            if is_enough && self.connections.are_old_closed() {
                return true;
            }
            sleep(LOOK).await;
            if steered.elapsed() >= QUIET {
                steered = Instant::now();
                if self.connections.have_come_within(QUIET / 2) {
                    attempt += 1;
                    ending.steer_away(attempt);
                }
            }
        }
        false
    }

    /// Accepts nobody any more, and waits for those that were accepted.
    ///
    /// The framework drops accepted connections that no worker has taken yet when it stops, and
    /// counts them nowhere: so a while must pass in which none comes to light.
    async fn finish(&self, servers: &[ServerHandle]) {
        self.accept_nobody();
        join_all(servers.iter().map(ServerHandle::pause)).await;
        let begun = Instant::now();
        while begun.elapsed() < UNDER_WAY && !self.connections.are_quiet_since(begun, TAKEN) {
            sleep(LOOK).await;
        }
    }

    /// Stops servers in order once the process is asked to; `drain` is how long clients have
    /// when a supervisor asks. A person at a terminal does not wait for idle clients.
    pub async fn when_asked(
        self,
        mut signals: Signals,
        servers: Vec<ServerHandle>,
        ending: Ending,
        drain: Duration,
    ) {
        let asked = signals.next().await;
        signals::tell_supervisor_of_end();
        actix_web::rt::spawn(signals.end_at_once());
        let drain = if asked == Asked::Terminate { drain } else { Duration::ZERO };
        tracing::info!(connections = self.connections.count(), "stopping");
        self.begin(Phase::Draining);
        if ending.outlives() {
            // Who comes to a door that can stop accepting at once waits for the next process: told
            // to go twice, exporters of gRPC give a call up.
            self.accept_nobody();
        }
        let is_quiet = self.drain(&ending, drain).await;
        if ending.outlives() {
            self.finish(&servers).await;
            self.begin(Phase::Closing);
        } else {
            self.begin(Phase::Closing);
            if !is_quiet {
                sleep(LAST_MOMENT).await;
                self.finish(&servers).await;
            }
        }
        self.accept_nobody();
        // The last handles of the sockets: nobody is to wait where nobody accepts.
        drop(ending);
        join_all(servers.iter().map(|server| server.stop(true))).await;
    }
}

/// Answers a request as the phase demands; wraps every service.
pub async fn while_stopping(
    stopping: web::Data<Stopping>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut answer = if is_refused(&request, stopping.phase()) {
        refuse(request).map_into_left_body()
    } else {
        next.call(request).await?.map_into_right_body()
    };
    if stopping.phase() != Phase::Serving {
        answer.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    Ok(answer)
}

/// What is said to telemetry that comes too late.
pub fn too_late() -> Refused {
    Refused::try_again("the server is stopping; it is sent again by itself")
}

/// Whether a request is not served: it comes too late, or a load balancer asks whether to send
/// more.
fn is_refused(request: &ServiceRequest, phase: Phase) -> bool {
    match phase {
        Phase::Serving => false,
        Phase::Draining => request.path() == "/readyz",
        Phase::Closing => true,
    }
}

/// A request that comes too late; telemetry is sent again by itself.
fn refuse(request: ServiceRequest) -> ServiceResponse {
    let answer = match MediaType::parse(request.content_type()) {
        Some(media) => too_late().answer(Some(media)),
        None => ApiError::Unavailable.error_response(),
    };
    request.into_response(answer)
}
