//! A web service that recognizes the grape of a wine by its chemical analysis.
//!
//! ```text
//! $ curl -d '{"samples": [[13.2,1.78,2.14,11.2,100,2.65,2.76,0.26,1.28,4.38,1.05,3.4,1050]]}' \
//!     -H 'content-type: application/json' http://127.0.0.1:8080/predict
//! {"predictions":[{"class":"Barolo","probabilities":[0.00017815476,0.99044657,0.009375227]}]}
//! ```
//!
//! The network is read-only data of the program. Handlers on all threads read it without a lock.
//! Whatever a client sends, the answer is a prediction or a status of 4xx with the reason.

use std::cell::RefCell;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, Json};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, serve as serve_router};
use chainrule::{Error, NetworkExt, Workspace, network, weights};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::time::sleep;

/// Measurements of each wine.
pub const FEATURES: usize = 13;

/// The largest body of a request, in bytes: about 700 wines.
pub const LARGEST_BODY: usize = 64 * 1024;

/// The cultivars, in the order of the network's outputs.
const CULTIVARS: [&str; 3] = ["Barbera", "Barolo", "Grignolino"];

network! {
    struct Wine = Input(FEATURES) -> Standardise -> Affine(32) -> Relu -> Affine(3) => SoftmaxWithLoss;
}

/// Written by `cargo run --release --example wine -- service/wine.safetensors`.
static WINE: Wine = weights!(Wine, "../wine.safetensors");

thread_local! {
    /// Each thread reuses its own, so that predictions after the first need no new memory.
    static WORKSPACE: RefCell<Workspace<f32>> = RefCell::new(Workspace::new());
}

/// The body of a request: the measurements of each wine. `null` means NaN, which JSON does not have;
/// JavaScript's `JSON.stringify` writes it so.
#[derive(Deserialize)]
struct Request {
    samples: Vec<Vec<Option<f32>>>,
}

/// The body of an answer, with a prediction for each sample.
#[derive(Serialize)]
struct Answer {
    predictions: Vec<Prediction>,
}

#[derive(Serialize)]
struct Prediction {
    class: &'static str,
    probabilities: Vec<f32>,
}

/// Why a request has no answer.
enum Refusal {
    /// The body is not a [`Request`], or too large.
    Body(JsonRejection),
    /// The network does not accept the samples.
    Samples(Error),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Reason {
            error: String,
        }
        let (status, error) = match self {
            Refusal::Body(rejection) => (rejection.status(), rejection.body_text()),
            Refusal::Samples(error) => (status_of(&error), error.to_string()),
        };
        (status, Json(Reason { error })).into_response()
    }
}

/// A client's mistake, or one of the service: weights that are not finite, or too little memory.
fn status_of(error: &Error) -> StatusCode {
    match error {
        Error::Parameter { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        Error::Memory { .. } => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// The routes of the service: `POST /predict` and `GET /health`.
pub fn router() -> Router {
    Router::new()
        .route("/predict", post(predict))
        .route("/health", get(async || "ok\n"))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
}

async fn predict(body: Result<Json<Request>, JsonRejection>) -> Result<Json<Answer>, Refusal> {
    let Json(request) = body.map_err(Refusal::Body)?;
    // A few microseconds. A network that takes milliseconds belongs into `spawn_blocking`.
    let predictions = answer(request).map_err(Refusal::Samples)?;
    Ok(Json(Answer { predictions }))
}

fn answer(request: Request) -> Result<Vec<Prediction>, Error> {
    let samples = request.samples.into_iter().map(features).collect::<Result<Vec<_>, _>>()?;
    WORKSPACE.with_borrow_mut(|workspace| {
        let rows = WINE.predict_proba_in(&samples, workspace)?;
        Ok(rows.outer_iter().map(|row| prediction(row.to_vec())).collect())
    })
}

/// The measurements of one wine.
fn features(sample: Vec<Option<f32>>) -> Result<[f32; FEATURES], Error> {
    let numbers: Vec<f32> = sample.into_iter().map(|number| number.unwrap_or(f32::NAN)).collect();
    numbers.try_into().map_err(|numbers: Vec<f32>| Error::Features {
        network: "Wine",
        expected: FEATURES,
        found: numbers.len(),
    })
}

fn prediction(probabilities: Vec<f32>) -> Prediction {
    let classes = CULTIVARS.iter().zip(&probabilities);
    let best = classes.max_by(|one, other| one.1.total_cmp(other.1));
    Prediction { class: best.map_or("", |(class, _)| class), probabilities }
}

/// Answers requests until `stop` is ready. Then no connection is accepted anymore, and requests under
/// way are answered, unless they take longer than `patience`.
///
/// # Errors
///
/// Of the listener.
pub async fn serve(
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
    patience: Duration,
) -> io::Result<()> {
    let stopping = Arc::new(Notify::new());
    let stopped = stopping.clone();
    let graceful = serve_router(listener, router()).with_graceful_shutdown(async move {
        stop.await;
        stopping.notify_one();
    });
    let mut graceful = pin!(graceful.into_future());
    tokio::select! {
        result = &mut graceful => return result,
        () = stopped.notified() => {}
    }
    tokio::select! {
        result = graceful => result,
        () = sleep(patience) => Ok(()),
    }
}
