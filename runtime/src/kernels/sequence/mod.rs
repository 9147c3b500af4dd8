//! Kernels of sequences. The rows of a sample follow each other, one for each step.

mod attention;
mod embedding;
mod gru;
mod lstm;
mod over_time;
mod pairs;
mod rnn;
mod shares;
mod steps;

pub(crate) use attention::{Heads, attend, attend_at, attend_back};
pub(crate) use embedding::{add_rows_to_table, rows_of_table};
pub(crate) use gru::{gru, gru_at, gru_back};
pub(crate) use lstm::{lstm, lstm_at, lstm_back};
pub(crate) use over_time::{
    add_sinusoids, add_sinusoids_at, largest_steps, mean_of_steps, mean_of_steps_back,
};
#[cfg(feature = "std")]
pub(crate) use pairs::attention_scores;
pub(crate) use pairs::{Pairs, attend_to, attend_to_back};
pub(crate) use rnn::{rnn, rnn_at, rnn_back};
pub(crate) use steps::{Steps, transpose};
