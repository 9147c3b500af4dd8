//! The service over loopback: predictions for many clients at once, each kind of refusal, and the two
//! ends of a shutdown.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use service::LARGEST_BODY;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A wine of the data set of the examples, a Barolo.
const BAROLO: &str = "[14.23,1.71,2.43,15.6,127,2.8,3.06,0.28,2.29,5.64,1.04,3.92,1065]";

/// A service in this process, which ends with the value.
struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    thread: thread::JoinHandle<()>,
}

impl Running {
    fn start(patience: Duration) -> Running {
        let (stop, stopped) = oneshot::channel();
        let (send_address, address) = oneshot::channel();
        let thread = thread::spawn(move || {
            tokio::runtime::Runtime::new().unwrap().block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                send_address.send(listener.local_addr().unwrap()).unwrap();
                let stop = async { stopped.await.unwrap() };
                service::serve(listener, stop, patience).await.unwrap();
            });
        });
        Running { address: address.blocking_recv().unwrap(), stop, thread }
    }

    fn stop(self) {
        self.stop.send(()).unwrap();
        self.thread.join().unwrap();
    }
}

fn start() -> Running {
    Running::start(Duration::from_secs(60))
}

fn url(address: SocketAddr, path: &str) -> String {
    format!("http://{address}{path}")
}

/// The status and the body of an answer.
fn post(address: SocketAddr, body: &str) -> (u16, Value) {
    let mut answer = ureq::post(url(address, "/predict"))
        .config()
        .http_status_as_error(false)
        .build()
        .content_type("application/json")
        .send(body)
        .unwrap();
    (answer.status().as_u16(), answer.body_mut().read_json().unwrap())
}

/// The reason of a refusal.
fn refused(address: SocketAddr, body: &str) -> (u16, String) {
    let (status, body) = post(address, body);
    (status, body["error"].as_str().unwrap().to_owned())
}

/// The wines of the examples: measurements, and the cultivar of each.
fn wines() -> (Vec<Vec<f64>>, Vec<String>) {
    let lines = include_str!("../../examples/data/wine.csv").lines().skip(1);
    lines
        .map(|line| {
            let (numbers, cultivar) = line.rsplit_once(',').unwrap();
            let numbers = numbers.split(',').map(|number| number.parse().unwrap());
            (numbers.collect(), cultivar.to_owned())
        })
        .unzip()
}

#[test]
fn clients_at_once_get_the_same_predictions() {
    let service = start();
    let (samples, cultivars) = wines();
    let body = json!({ "samples": samples }).to_string();
    let answers: Vec<Value> = thread::scope(|scope| {
        let ask = || {
            let mut last = Value::Null;
            for _ in 0..10 {
                let (status, answer) = post(service.address, &body);
                assert_eq!(status, 200);
                assert!(last.is_null() || last == answer);
                last = answer;
            }
            last
        };
        let clients: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| *answer == answers[0]));

    let predictions = answers[0]["predictions"].as_array().unwrap();
    assert_eq!(predictions.len(), cultivars.len());
    let right = predictions.iter().zip(&cultivars).filter(|(p, c)| p["class"] == c.as_str());
    // 3 of 178 are wrong, among the 71 that it was not trained on.
    assert!(right.count() >= 174);
    for prediction in predictions {
        let probabilities = prediction["probabilities"].as_array().unwrap();
        let sum: f64 = probabilities.iter().map(|p| p.as_f64().unwrap()).sum();
        assert!((sum - 1.0).abs() < 1e-6, "{sum}");
    }
    service.stop();
}

#[test]
fn a_health_check_is_answered() {
    let service = start();
    let text = ureq::get(url(service.address, "/health")).call().unwrap();
    assert_eq!(text.into_body().read_to_string().unwrap(), "ok\n");
    service.stop();
}

#[test]
fn what_the_network_does_not_accept_is_refused_in_its_words() {
    let service = start();
    let with =
        |number: &str| format!(r#"{{"samples": [{BAROLO}, {}]}}"#, BAROLO.replace("15.6", number));
    let cases = [
        (
            r#"{"samples": [[1, 2, 3]]}"#.to_owned(),
            "expected 13 features per sample for `Wine`, found 3; \
             pass an array of shape `batch × 13`",
        ),
        (
            format!(r#"{{"samples": [{BAROLO}, {}]}}"#, BAROLO.replace("15.6", "15.6,1")),
            "expected 13 features per sample for `Wine`, found 14; \
             pass an array of shape `batch × 13`",
        ),
        (r#"{"samples": []}"#.to_owned(), "expected at least one sample in the batch, found none"),
        (with("null"), "expected finite inputs, found NaN in sample 1, column 3"),
        (with("1e39"), "expected finite inputs, found inf in sample 1, column 3"),
        (with("-1e39"), "expected finite inputs, found -inf in sample 1, column 3"),
    ];
    for (body, reason) in cases {
        assert_eq!(refused(service.address, &body), (422, reason.to_owned()), "{body}");
    }
    // After refusals, the service predicts as before.
    assert_eq!(post(service.address, &format!(r#"{{"samples": [{BAROLO}]}}"#)).0, 200);
    service.stop();
}

#[test]
fn a_network_of_its_own_has_the_same_words() {
    use chainrule::network;

    network! { struct Wine = Input(13) -> Affine(3) => SoftmaxWithLoss; }
    let net = Wine::zeros();
    let service = start();
    let short = chainrule::ndarray::Array2::<f32>::zeros((1, 12));
    let short_body = json!({ "samples": [vec![0.0; 12]] }).to_string();
    let none: [[f32; 13]; 0] = [];
    let mut infinite = [[0.0_f32; 13]; 2];
    infinite[1][12] = f32::NAN;
    let infinite_body = json!({ "samples": infinite.map(Vec::from) }).to_string();
    for (error, body) in [
        (net.predict(&short).unwrap_err(), short_body.as_str()),
        (net.predict(&none).unwrap_err(), r#"{"samples": []}"#),
        (net.predict(&infinite).unwrap_err(), infinite_body.as_str()),
    ] {
        assert_eq!(refused(service.address, body).1, error.to_string());
    }
    service.stop();
}

#[test]
fn what_is_not_a_request_is_refused() {
    let service = start();
    for (body, status, part) in [
        ("", 400, "EOF while parsing"),
        ("{\"samples\": [[1, 2}", 400, "expected `,` or `]` at line 1 column 19"),
        ("{\"samples\": [[NaN]]}", 400, "expected value at line 1 column 15"),
        ("{}", 422, "missing field `samples`"),
        ("{\"samples\": [\"red\"]}", 422, "samples[0]: invalid type: string \"red\""),
        ("{\"samples\": [[1, \"2\"]]}", 422, "samples[0][1]: invalid type: string \"2\""),
    ] {
        let (found, reason) = refused(service.address, body);
        assert_eq!(found, status, "{body}: {reason}");
        assert!(reason.contains(part), "{body}: {reason}");
    }
    let plain = ureq::post(url(service.address, "/predict")).send("{}").unwrap_err();
    assert!(matches!(plain, ureq::Error::StatusCode(415)), "{plain}");
    for (path, status) in [("/predict", 405), ("/other", 404)] {
        let error = ureq::get(url(service.address, path)).call().unwrap_err();
        assert!(matches!(error, ureq::Error::StatusCode(found) if found == status), "{error}");
    }
    service.stop();
}

#[test]
fn a_body_is_bounded() {
    let service = start();
    let padded = |length: usize| {
        let body = format!(r#"{{"samples": [{BAROLO}]}}"#);
        let spaces = " ".repeat(length - body.len());
        body + &spaces
    };
    assert_eq!(post(service.address, &padded(LARGEST_BODY)).0, 200);
    let (status, reason) = refused(service.address, &padded(LARGEST_BODY + 1));
    assert_eq!(status, 413, "{reason}");

    // A client that does not say how much it sends.
    let mut client = TcpStream::connect(service.address).unwrap();
    let head = "POST /predict HTTP/1.1\r\nhost: loopback\r\nconnection: close\r\n\
                content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    client.write_all(head.as_bytes()).unwrap();
    let chunk = " ".repeat(LARGEST_BODY / 2 + 1);
    for _ in 0..2 {
        client.write_all(format!("{:x}\r\n{chunk}\r\n", chunk.len()).as_bytes()).unwrap();
    }
    let mut status_line = String::new();
    BufReader::new(&client).read_line(&mut status_line).unwrap();
    assert_eq!(status_line, "HTTP/1.1 413 Payload Too Large\r\n");
    service.stop();
}

/// Sends the head of a request and half of its body, when the connection is accepted for certain.
fn half_a_request(address: SocketAddr) -> (TcpStream, String) {
    let mut client = TcpStream::connect(address).unwrap();
    let body = format!(r#"{{"samples": [{BAROLO}]}}"#);
    let head = format!(
        "POST /predict HTTP/1.1\r\nhost: loopback\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nexpect: 100-continue\r\n\r\n",
        body.len()
    );
    client.write_all(head.as_bytes()).unwrap();
    // The service reads the body: the request is under way.
    let mut line = [0; 25];
    client.read_exact(&mut line).unwrap();
    assert_eq!(&line, b"HTTP/1.1 100 Continue\r\n\r\n");
    let (first, second) = body.split_at(body.len() / 2);
    client.write_all(first.as_bytes()).unwrap();
    (client, second.to_owned())
}

#[test]
fn a_request_under_way_is_answered_while_stopping() {
    let service = start();
    let (mut client, rest) = half_a_request(service.address);
    service.stop.send(()).unwrap();
    // Stopping begins with the end of the listener.
    while TcpStream::connect(service.address).is_ok() {
        thread::yield_now();
    }
    client.write_all(rest.as_bytes()).unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains(r#""class":"Barolo""#), "{answer}");
    service.thread.join().unwrap();
}

#[test]
fn a_client_that_does_not_finish_does_not_prevent_the_end() {
    let service = Running::start(Duration::from_millis(50));
    let (client, _) = half_a_request(service.address);
    service.stop();
    drop(client);
}

/// The program, and the address that it prints.
fn program() -> (Child, SocketAddr) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_service"))
        .arg("127.0.0.1:0")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening on ").unwrap().parse().unwrap();
    (child, address)
}

#[cfg(unix)]
#[test]
fn the_program_ends_after_a_signal() {
    for signal in ["TERM", "INT"] {
        let (mut child, address) = program();
        let (mut client, rest) = half_a_request(address);
        let id = child.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &id]).status().unwrap().success());
        while TcpStream::connect(address).is_ok() {
            thread::yield_now();
        }
        client.write_all(rest.as_bytes()).unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(child.wait().unwrap().success());
    }
}
