//! The environment of the reinforcement learning examples: a cart that is pushed left or right
//! balances a pole (Barto, Sutton and Anderson, 1983).

use chainrule::Rng;

/// Number of steps after which an episode is over, and won.
pub const LONGEST: usize = 500;

/// The position and velocity of the cart, and the angle (in radians) and angular velocity of the
/// pole.
#[derive(Clone, Debug)]
pub struct Cart(pub [f32; 4]);

impl Cart {
    /// Creates a cart that is almost at rest.
    pub fn new(rng: &mut Rng) -> Cart {
        Cart([0; 4].map(|_| (0.1 * rng.uniform() - 0.05) as f32))
    }

    /// Returns whether the pole leans less than 12 degrees and the cart is on its track.
    pub fn is_upright(&self) -> bool {
        let [place, _, angle, _] = self.0;
        place.abs() < 2.4 && angle.abs() < 12_f32.to_radians()
    }

    /// Simulates a fiftieth of a second with a push of 10 N to the left (0) or to the right (1),
    /// for a cart of 1 kg and a pole of 0.1 kg and 1 m (Florian, 2007).
    pub fn push(&mut self, push: usize) {
        const GRAVITY: f32 = 9.8;
        const POLE: f32 = 0.1;
        const HALF: f32 = 0.5;
        const BOTH: f32 = 1.1;
        const TIME: f32 = 0.02;
        let [place, speed, angle, turning] = self.0;
        let force = if push == 1 { 10.0 } else { -10.0 };
        let (sin, cos) = angle.sin_cos();
        let pushed = (force + POLE * HALF * turning * turning * sin) / BOTH;
        let falling =
            (GRAVITY * sin - cos * pushed) / (HALF * (4.0 / 3.0 - POLE * cos * cos / BOTH));
        let faster = pushed - POLE * HALF * falling * cos / BOTH;
        self.0 = [
            place + TIME * speed,
            speed + TIME * faster,
            angle + TIME * turning,
            turning + TIME * falling,
        ];
    }
}
