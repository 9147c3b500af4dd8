//! Random networks, written by `generator.rs`: see `network_random.rs`.

use chainrule::network;

use super::my::{Glu, PRelu};
use super::{Case, Passes, Softsign};

const N2: usize = 2;
const N3: usize = 3;
const N4: usize = 4;
const N5: usize = 5;
const N6: usize = 6;
const N7: usize = 7;
const N8: usize = 8;
const N10: usize = 10;
const N11: usize = 11;
const N12: usize = 12;

network! {
    struct Net0Inner0 = Input(4) -> layer_1: Affine(4, 4) -> layer_1 -> LeakyRelu(0.3) -> layer_2: Softplus => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5]);
}

network! {
    struct Net0 {
        input x0: [3];
        let v0 = ((x0 -> Affine(2)) * (x0 -> Affine(3, 2) -> map Softsign)) -> Tanh;
        let v1 = (v0 -> Affine(3)) -> Sigmoid;
        let v2 = ((x0 -> Affine(3, 3)) + v1) -> layer_1: Affine(N3) -> layer_2: Affine(3, 3);
        let v3 = (x0 + x0) -> layer_2;
        (v2 + v3) -> layer_2 -> Affine(3, 4) -> net_3: Net0Inner0 => IdentityWithLoss
    }
}

network! {
    struct Net1 {
        input x0: [5];
        input x1: [6];
        let v0 = concat(x1, x1, x0) -> PRelu(17);
        let v1 = concat((x1 -> Affine(N5)), v0) -> PRelu(22) -> layer_1: BatchNorm;
        v1 -> HardTanh => Huber
    }
}

network! {
    struct Net2Inner0Inner1 {
        input x0: [5];
        input x1: [5];
        input x2: [5];
        let v0 = (x2 + x1) -> layer_1: BatchNorm;
        (x0 -> Silu -> PRelu(5) -> layer_2: Sigmoid, v0 -> Affine(5) -> repeat 3 { turn_3: Affine(5) -> LeakyRelu -> layer_1 } -> LeakyRelu, concat(v0, x0) -> Affine(N5) -> layer_1) => IdentityWithLoss
    }
}

network! {
    struct Net2Inner0 = Input(2) -> Affine(N2, 15) -> net_1: Net2Inner0Inner1 -> layer_2: LayerNorm -> layer_2 -> Affine(15, 2) -> Affine(2, 2) -> Affine(2, 15) -> net_1 -> net_3: Net2Inner0Inner1 => Huber(0.4);
}

network! {
    struct Net2 {
        input x0: [5];
        input x1: [5];
        let v0 = concat(x0, (x1 -> Affine(5) -> HardTanh)) -> layer_1: BatchNorm;
        let v1 = (v0 * v0 + v0) -> layer_1 -> Affine(10, 2) -> net_2: Net2Inner0 -> repeat 1 { Affine(15) -> Relu };
        v1 -> Glu(15, 5) => Huber
    }
}

network! {
    struct Net3 = Input(6) -> layer_1: Affine(6, 6) -> layer_2: Affine(6) => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5, 1.5, 2.5]);
}

network! {
    struct Net4Inner0 = Input(6) -> Dropout(0.25) -> repeat 3 { Affine(6, 6) -> Dropout(0.25) } => BinaryCrossEntropy;
}

network! {
    struct Net4 {
        input x0: [6];
        input x1: [6];
        input x2: [6];
        let v0 = (x2 -> Affine(6, 6)) -> Silu -> layer_1: Affine(6) -> net_2: Net4Inner0;
        let v1 = (x1 + v0) -> repeat 2 { turn_3: Affine(6, 6) -> Elu(0.6) -> layer_1 } -> net_2 -> net_4: Net4Inner0;
        let v2 = v0 -> net_4 -> net_2 -> Affine(6, 6);
        let v3 = concat((x0 -> Affine(6) -> LeakyRelu), v1) -> Affine(6) -> net_4 -> Affine(N6) -> net_5: Net4Inner0;
        concat(v2, v3) => SoftmaxWithLoss
    }
}

network! {
    struct Net5 = Input(3) -> PRelu(3) -> Affine(4) -> layer_1: Affine(4) -> Affine(4, 4) -> layer_1 -> Elu => SoftmaxWithLoss(smoothing = 0.2);
}

network! {
    struct Net6Inner1 {
        input x0: [4];
        input x1: [3];
        let v0 = (x0 * x0) -> layer_1: BatchNorm -> repeat 2 { turn_2: Affine(4) -> Silu -> layer_1 };
        let v1 = (v0 + v0) -> repeat 3 { turn_3: Affine(4, N4) -> Dropout(0.25) -> layer_1 } -> layer_4: Glu(N4, 4) -> repeat 2 { turn_5: Affine(4) -> LeakyRelu(0.3) -> layer_1 };
        let v2 = (x0 + v1) -> Affine(3) -> Affine(3);
        let v3 = (v2 * v2) -> Affine(3, 3) -> LeakyRelu(0.3);
        let v4 = x0 -> BatchNorm -> layer_4 -> layer_1;
        concat(x1, v3, v4) => Huber(0.4)
    }
}

network! {
    struct Net6 {
        input x0: [3];
        input x1: [3];
        let v0 = (x0 * x0) -> Affine(3);
        let v1 = concat(x0, (x0 -> Affine(N3, 5) -> Sigmoid), v0) -> Elu(0.6) -> Affine(5);
        let v2 = ((x0 -> Affine(5)) + v1) -> LayerNorm;
        let v3 = (x1 -> Affine(3)) -> Affine(3, 7) -> net_1: Net6Inner1 -> Affine(7) -> net_1 -> LeakyRelu(0.3);
        let v4 = (v3 * v3) -> Affine(7) -> net_1;
        (v2 -> Affine(5) -> layer_2: LayerNorm, v4 -> Affine(7) -> net_1) => (Huber(0.4), 2 * Huber)
    }
}

network! {
    struct Net7 {
        input x0: [3];
        let v0 = concat(x0, (x0 -> Affine(N6)), x0) -> repeat 1 { turn_1: Affine(12) -> Elu(0.6) } -> layer_2: Affine(12, 5);
        let v1 = x0 -> BatchNorm;
        let v2 = concat(v1, v0, x0) -> Affine(12) -> layer_2;
        v2 -> Affine(6) => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5, 1.5, 2.5])
    }
}

network! {
    struct Net8Inner0 {
        input x0: [6];
        let v0 = (x0 * (x0 -> Affine(6))) -> Affine(6, 2);
        let v1 = (v0 -> Affine(6) -> LeakyRelu(0.3)) -> Affine(6, 2) -> Reshape(1, 2) -> Conv1d(3, 2, stride = 2, padding = 0, groups = 1) -> Flatten -> layer_1: Glu(3, 6) -> layer_2: Glu(6, 6);
        let v2 = (v0 * (x0 -> Affine(2) -> Gelu) + v0) -> Affine(3) -> layer_1 -> layer_3: LayerNorm -> Gelu;
        let v3 = concat((v2 -> Affine(6) -> LeakyRelu), v0, v0) -> layer_4: Glu(10, 6) -> Affine(6);
        let v4 = (v3 + (v3 -> Affine(N6, 6) -> Softplus)) -> Affine(6, N10) -> layer_4;
        concat(v1, v4) -> Affine(12, 6) -> Affine(2) => IdentityWithLoss
    }
}

network! {
    struct Net8Inner0 {
        input x0: [4];
        input x1: [4];
        input x2: [5];
        let v0 = concat(x2, x1) -> layer_1: Affine(2) -> Affine(9) -> layer_1;
        concat(x0, v0) -> Affine(2) -> Affine(2, 6) -> net_2: Net8Inner0Inner1 => Huber(0.4)
    }
}

network! {
    struct Net8 {
        input x0: [2];
        input x1: [2];
        input x2: [6];
        let v0 = ((x2 -> Affine(2) -> Silu) * x1) -> LeakyRelu(0.3) -> Affine(13) -> net_1: Net8Inner0;
        (x0 -> Affine(N6), v0 -> Affine(13) -> net_1, x0 -> repeat 1 { turn_2: Affine(2, 2) -> Gelu } -> Affine(13) -> net_1) => IdentityWithLoss
    }
}

network! {
    struct Net9 {
        input x0: [3];
        input x1: [2];
        let v0 = (x0 + x0) -> Affine(3) -> Glu(3, 4) -> Affine(5) -> net_1: Net9Inner0;
        let v1 = (v0 * v0 + v0) -> net_2: Net9Inner0 -> net_2 -> Affine(4);
        let v2 = (v0 + v0) -> Gelu -> net_1;
        let v3 = (x1 -> Affine(3) -> Gelu) -> BatchNorm -> Affine(2);
        concat(v1, v2, v3) -> Affine(5) -> net_2 => IdentityWithLoss
    }
}

network! {
    struct Net10Inner0Inner0 {
        input x0: [3];
        let v0 = (x0 + x0) -> layer_1: BatchNorm -> Affine(3, 3);
        v0 -> layer_2: Affine(3) => SoftmaxWithLoss
    }
}

network! {
    struct Net10Inner0Inner1 = Input(5) -> layer_1: Affine(5, 5) -> layer_2: PRelu(5) -> layer_1 -> Softplus -> Affine(3) => BinaryCrossEntropy;
}

network! {
    struct Net10Inner0 {
        input x0: [3];
        let v0 = concat(x0, x0) -> layer_1: LayerNorm -> layer_2: LeakyRelu -> repeat 3 { Affine(6) -> Elu -> layer_1 };
        let v1 = x0 -> Affine(2);
        let v2 = (v1 + (v0 -> Affine(2) -> Tanh)) -> Affine(3) -> net_3: Net10Inner0Inner0 -> net_3 -> repeat 1 { Affine(3, 3) -> Elu(0.6) -> net_3 };
        let v3 = v1 -> Affine(2, N6) -> layer_2 -> Affine(6, 4);
        let v4 = v3 -> Affine(4, 5) -> net_4: Net10Inner0Inner1 -> layer_5: Affine(3);
        (v2 + v4) => BinaryCrossEntropy
    }
}

network! {
    struct Net10 = Input(4) -> Glu(4, 2) -> Affine(3) -> net_1: Net10Inner0 => Huber(0.4);
}

network! {
    struct Net11 {
        input x0: [2];
        input x1: [2];
        let v0 = (x1 * x1) -> layer_1: BatchNorm;
        (x0 + v0) -> layer_2: PRelu(2) => SoftmaxWithLoss(weights = [0.5, 1.5])
    }
}

network! {
    struct Net12 {
        input x0: [5];
        let v0 = x0 -> Affine(5, 4) -> layer_1: Affine(4, 4);
        let v1 = v0 -> Affine(5);
        let v2 = concat(x0, v1, v0) -> repeat 2 { turn_2: Affine(14) -> map Softsign };
        let v3 = ((v2 -> Affine(4)) + (x0 -> Affine(4) -> Sigmoid)) -> Tanh -> layer_1;
        let v4 = (v3 + v3) -> HardTanh -> Affine(4);
        v4 -> Affine(4) => Huber(0.4)
    }
}

network! {
    struct Net13Inner0 {
        input x0: [4];
        input x1: [4];
        input x2: [4];
        let v0 = x0 -> Affine(4, 4) -> layer_1: Affine(4, 4);
        let v1 = x2 -> layer_2: BatchNorm;
        let v2 = (v1 + v1) -> layer_2 -> layer_2 -> Affine(4);
        let v3 = v0 -> layer_3: BatchNorm -> Affine(3) -> repeat 1 { turn_4: Affine(3) -> Tanh };
        let v4 = (v2 * v1 + v1) -> Affine(4, 4);
        concat(x1, v3, v4) -> Affine(4) => IdentityWithLoss
    }
}

network! {
    struct Net13 {
        input x0: [2];
        input x1: [3];
        input x2: [2];
        let v0 = (x1 * x1 + x1) -> layer_1: Affine(3) -> layer_1;
        let v1 = x2 -> Affine(3);
        let v2 = ((x1 -> Affine(2)) * x2) -> PRelu(N2);
        let v3 = ((v0 -> Affine(3, 2)) * v2) -> Affine(2, 12) -> net_2: Net13Inner0 -> Affine(4, 3) -> layer_1;
        concat(x0, v1, v3) -> Affine(12) -> net_2 -> Glu(4, 3) => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5])
    }
}

network! {
    struct Net14Inner1 = Input(3) -> Affine(5) -> layer_1: Affine(5, 5) -> layer_1 -> repeat 3 { turn_2: Affine(5, 5) -> HardTanh -> layer_1 } -> layer_1 -> Glu(5, 3) -> layer_3: BatchNorm => Huber(0.4);
}

network! {
    struct Net14 {
        input x0: [6];
        let v0 = (x0 -> Affine(5) -> Dropout(0.25)) -> Affine(3) -> net_1: Net14Inner1 -> net_1;
        let v1 = x0 -> Affine(6, 4);
        let v2 = v0 -> Glu(3, N4) -> layer_2: LayerNorm;
        (v1 + v2) -> Silu -> Affine(5) => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5, 1.5])
    }
}

network! {
    struct Net15 = Input(2) -> Affine(5) -> layer_1: Affine(5) -> Softplus -> Affine(4) -> LeakyRelu(0.3) => BinaryCrossEntropy;
}

network! {
    struct Net16 {
        input x0: [4];
        input x1: [3];
        input x2: [4];
        let v0 = concat(x0, x1, x2) -> layer_1: Gelu -> Tanh -> Affine(3);
        let v1 = x0 -> Affine(4, N4) -> Affine(4, N11) -> layer_1 -> layer_1;
        concat(v0, v1) -> Affine(3) -> Affine(5) => IdentityWithLoss
    }
}

network! {
    struct Net17 {
        input x0: [3];
        input x1: [3];
        let v0 = (x0 -> Affine(3, 3)) -> Gelu;
        (x1 + v0) -> repeat 2 { Affine(3) -> Silu } => Huber(0.4)
    }
}

network! {
    struct Net18Inner0 {
        input x0: [2];
        input x1: [2];
        let v0 = x0 -> repeat 2 { Affine(2) -> Tanh } -> Affine(2);
        let v1 = x0 -> layer_1: BatchNorm -> layer_2: Affine(2, N2);
        let v2 = (v0 -> Affine(2)) -> layer_3: Glu(2, 2) -> layer_4: BatchNorm;
        (x1 -> Affine(2), v1 -> Sigmoid -> Elu, v2 -> repeat 2 { Affine(N2, 2) -> LeakyRelu -> layer_1 } -> repeat 3 { turn_5: Affine(2) -> LeakyRelu -> layer_1 }) => (BinaryCrossEntropy, 0.5 * BinaryCrossEntropy, 2 * SoftmaxWithLoss(weights = [0.5, 1.5]))
    }
}

network! {
    struct Net18 {
        input x0: [4];
        input x1: [4];
        input x2: [2];
        let v0 = (x0 -> Affine(4) -> Elu(0.6)) -> layer_1: PRelu(4) -> Affine(4, 4);
        let v1 = (v0 * x1) -> net_2: Net18Inner0 -> Affine(N2);
        (x2 + v1) => IdentityWithLoss
    }
}

network! {
    struct Net19 = Input(2) -> LeakyRelu -> Affine(5) -> layer_1: Affine(5) => BinaryCrossEntropy;
}

network! {
    struct Net20 {
        input x0: [3];
        input x1: [3];
        let v0 = x1 -> Affine(4) -> layer_1: Affine(4) -> layer_2: Relu;
        let v1 = (x1 + (x0 -> Affine(3) -> Elu(0.6))) -> Affine(4) -> layer_1 -> layer_1 -> LeakyRelu;
        let v2 = concat(x0, (v1 -> Affine(4, 3)), (x1 -> Affine(4) -> Elu(0.6))) -> Affine(3) -> layer_3: LayerNorm -> layer_3;
        concat(v0, v2) -> Affine(4) -> layer_1 -> layer_4: BatchNorm => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5])
    }
}

network! {
    struct Net21Inner0 {
        input x0: [2];
        let v0 = (x0 -> Affine(2, 2)) -> layer_1: PRelu(N2) -> layer_1;
        let v1 = (v0 * v0 + v0) -> layer_1;
        let v2 = v1 -> Dropout(0.25);
        let v3 = concat(v0, v2, v2) -> LeakyRelu;
        v3 -> Affine(2) => SoftmaxWithLoss(smoothing = 0.2)
    }
}

network! {
    struct Net21 {
        input x0: [2];
        let v0 = concat(x0, x0) -> Affine(4, 2) -> net_1: Net21Inner0 -> Affine(2);
        let v1 = (x0 -> Affine(2, 4) -> Relu) -> PRelu(4) -> layer_2: PRelu(4) -> Affine(4, 2) -> net_3: Net21Inner0;
        let v2 = v0 -> net_4: Net21Inner0;
        let v3 = ((v2 -> Affine(4)) * (v2 -> Affine(4))) -> Relu;
        (v1 -> net_3, v3 -> Affine(2) -> net_5: Net21Inner0 -> Affine(2)) => Huber(0.4)
    }
}

network! {
    struct Net22Inner1 {
        input x0: [2];
        let v0 = concat(x0, (x0 -> Affine(4))) -> BatchNorm;
        v0 -> Affine(4) => Huber
    }
}

network! {
    struct Net22 {
        input x0: [2];
        let v0 = (x0 * x0) -> Silu -> layer_1: Silu -> layer_1;
        v0 -> layer_2: BatchNorm => Huber(0.4)
    }
}

network! {
    struct Net23Inner0 {
        input x0: [6];
        input x1: [6];
        let v0 = x0 -> Affine(N6) -> Reshape(2, 3) -> Conv1d(3, 1, stride = 2, padding = 0, groups = 1, bias = false) -> Conv1d(1, 1, stride = 1, padding = 0, groups = 1) -> Conv1d(2, 2, stride = 2, padding = 0, groups = 1) -> Upsample(2) -> GlobalAvgPool -> Affine(18) -> Reshape(3, 3, 2) -> Conv2d(4, 1, stride = 2, padding = 1, groups = 1) -> Conv2d(4, 1, stride = 1, padding = 0, groups = 4) -> GlobalAvgPool -> layer_1: Glu(4, N6);
        let v1 = ((v0 -> Affine(6)) + x1) -> Affine(4) -> layer_1;
        v1 -> Affine(6, 4) -> layer_1 => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5, 1.5, 2.5])
    }
}

network! {
    struct Net23 {
        input x0: [6];
        input x1: [2];
        input x2: [5];
        let v0 = concat(x2, x2) -> layer_1: Affine(N10, 6) -> Affine(10) -> layer_1 -> Glu(6, 2);
        let v1 = concat(x2, x1, x1) -> Affine(4) -> net_2: Net23Inner0;
        (concat(x0, v1) -> Affine(10) -> layer_1 -> layer_3: PRelu(6), v0 -> map Softsign -> HardTanh) => (0.5 * IdentityWithLoss, SoftmaxWithLoss(smoothing = 0.2))
    }
}

network! {
    struct Net24 {
        input x0: [2];
        input x1: [2];
        let v0 = x0 -> Elu(0.6) -> Affine(2, 5) -> layer_1: Affine(N5);
        let v1 = x1 -> layer_2: BatchNorm -> layer_3: Glu(2, 5) -> Affine(N2) -> layer_3;
        concat(v0, v1) -> layer_4: LayerNorm => BinaryCrossEntropy
    }
}

network! {
    struct Net25 = Input(6) -> layer_1: Glu(6, 2) -> layer_2: Affine(2, N2) -> layer_2 -> repeat 3 { Affine(2, 2) -> Elu -> layer_2 } -> layer_3: Glu(2, 6) => SoftmaxWithLoss(smoothing = 0.2);
}

network! {
    struct Net26 {
        input x0: [6];
        input x1: [6];
        let v0 = concat(x0, x0) -> layer_1: map Softsign -> layer_2: Affine(5) -> Affine(12) -> layer_2;
        concat(x1, v0) -> Affine(12) -> layer_2 -> Silu => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5, 1.5])
    }
}

network! {
    struct Net27 = Input(2) -> layer_1: Glu(2, 5) -> Affine(2) -> layer_1 -> Affine(2) -> BatchNorm -> Affine(2) -> Elu -> Elu => SoftmaxWithLoss;
}

network! {
    struct Net28Inner0 {
        input x0: [6];
        let v0 = (x0 * (x0 -> Affine(6) -> Softplus)) -> Affine(4);
        let v1 = (v0 * v0) -> layer_1: Affine(4);
        v1 -> layer_2: Affine(4, 4) -> layer_2 => IdentityWithLoss
    }
}

network! {
    struct Net28 {
        input x0: [3];
        let v0 = ((x0 -> Affine(3)) * x0) -> layer_1: Sigmoid -> Affine(N3) -> Affine(6) -> net_2: Net28Inner0;
        let v1 = (v0 * v0) -> Affine(6) -> net_3: Net28Inner0 -> HardTanh -> Affine(4, 6) -> net_2;
        let v2 = (x0 * (v0 -> Affine(3) -> Dropout(0.25)) + x0) -> Affine(6) -> net_3 -> BatchNorm;
        (v1 -> Affine(6) -> net_2 -> Affine(4, 2) -> Affine(2), v2 -> Glu(4, 3) -> Affine(3, N2) -> Affine(6) -> net_3) => IdentityWithLoss
    }
}

network! {
    struct Net29Inner1 {
        input x0: [3];
        let v0 = ((x0 -> Affine(3)) + x0) -> layer_1: Affine(3) -> Affine(3, 3) -> Affine(3);
        let v1 = (v0 -> Affine(4) -> LeakyRelu(0.3)) -> Affine(4, 3) -> layer_2: Affine(3);
        v1 -> layer_2 => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5])
    }
}

network! {
    struct Net29 {
        input x0: [5];
        input x1: [6];
        input x2: [6];
        let v0 = (x2 * x2 + x2) -> HardTanh;
        let v1 = ((x1 -> Affine(5)) * x0 + x0) -> BatchNorm;
        let v2 = (v0 * x2 + v0) -> layer_1: LeakyRelu(0.3) -> repeat 3 { turn_2: Affine(6) -> Elu(0.6) -> layer_1 } -> layer_1;
        let v3 = x2 -> Affine(N6, 5) -> Affine(3) -> net_3: Net29Inner1 -> net_4: Net29Inner1;
        concat(v1, v2, v3) -> Affine(3) -> net_3 => SoftmaxWithLoss(smoothing = 0.2)
    }
}

network! {
    struct Net30Inner0 = Input(6) -> PRelu(6) -> layer_1: LayerNorm -> Affine(6, 6) -> LeakyRelu -> layer_1 -> layer_2: Affine(6) -> layer_3: Affine(6, N2) => SoftmaxWithLoss(weights = [0.5, 1.5]);
}

network! {
    struct Net30 {
        input x0: [2];
        let v0 = x0 -> BatchNorm -> Affine(3) -> layer_1: BatchNorm;
        let v1 = x0 -> Affine(3) -> layer_1 -> Affine(N3, N6) -> net_2: Net30Inner0;
        concat(v0, v1) -> Affine(2) -> Affine(2, 6) -> net_3: Net30Inner0 => Huber
    }
}

network! {
    struct Net31 {
        input x0: [2];
        let v0 = concat(x0, x0, x0) -> repeat 1 { turn_1: Affine(6) -> Tanh };
        let v1 = (v0 -> Affine(N5) -> LeakyRelu(0.3)) -> layer_2: Softplus -> layer_3: Affine(5, 5);
        let v2 = (v1 -> Affine(2)) -> PRelu(2);
        v2 -> repeat 3 { turn_4: Affine(2) -> Dropout(0.25) } => SoftmaxWithLoss(smoothing = 0.2)
    }
}

network! {
    struct Net32Inner0Inner0 = Input(3) -> layer_1: Glu(3, 3) -> layer_2: Glu(3, 6) -> Affine(6, N3) -> layer_1 => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5]);
}

network! {
    struct Net32Inner0 {
        input x0: [2];
        input x1: [3];
        input x2: [2];
        let v0 = (x1 -> Affine(2)) -> Affine(3) -> net_1: Net32Inner0Inner0 -> layer_2: PRelu(3) -> layer_2;
        let v1 = (x2 + (x1 -> Affine(2) -> map Softsign)) -> Elu -> map Softsign;
        let v2 = (x0 * (x0 -> Affine(2, 2))) -> Affine(2) -> repeat 2 { turn_3: Affine(2, N2) -> LeakyRelu(0.3) } -> Affine(2, N3) -> layer_2;
        let v3 = (x2 * x2) -> Affine(2);
        let v4 = v0 -> net_1 -> HardTanh;
        concat(v1, v2, v3, v4) -> Affine(N2) => IdentityWithLoss
    }
}

network! {
    struct Net32Inner0Inner1 {
        input x0: [5];
        input x1: [3];
        input x2: [3];
        let v0 = (x0 * x0) -> layer_1: Affine(4) -> layer_2: BatchNorm -> Elu(0.6);
        (concat(x1, v0) -> Affine(3), x2 -> Glu(3, 4) -> Affine(4, 5) -> layer_1) => IdentityWithLoss
    }
}

network! {
    struct Net32Inner0 {
        input x0: [6];
        let v0 = concat(x0, x0) -> Silu -> Relu -> layer_1: BatchNorm;
        let v1 = v0 -> BatchNorm -> Affine(11) -> net_2: Net32Inner0Inner1;
        v1 -> Affine(7, N4) => SoftmaxWithLoss
    }
}

network! {
    struct Net32 {
        input x0: [3];
        let v0 = x0 -> Affine(N7) -> net_1: Net32Inner0 -> PRelu(2);
        let v1 = x0 -> Affine(7) -> net_1 -> Elu;
        let v2 = (v1 -> Affine(5)) -> Affine(7) -> net_1;
        (v0 + v2) => IdentityWithLoss
    }
}

network! {
    struct Net33 {
        input x0: [4];
        let v0 = x0 -> Affine(4) -> layer_1: Sigmoid -> repeat 3 { Affine(4, 4) -> Silu -> layer_1 };
        let v1 = x0 -> Softplus;
        let v2 = (v1 * v0) -> layer_2: Affine(4) -> layer_3: Affine(4);
        let v3 = (v1 * x0 + (v2 -> Affine(4))) -> layer_1;
        let v4 = concat(v3, v3) -> Affine(8, 5) -> Affine(5, 4);
        v4 -> layer_2 => BinaryCrossEntropy
    }
}

network! {
    struct Net34Inner1Inner0 {
        input x0: [4];
        let v0 = x0 -> layer_1: Affine(4, 4) -> Relu;
        v0 -> Affine(4, N3) => SoftmaxWithLoss
    }
}

network! {
    struct Net34Inner1 {
        input x0: [4];
        input x1: [4];
        input x2: [4];
        let v0 = (x1 -> Affine(5) -> Elu(0.6)) -> Affine(5, N4);
        let v1 = ((v0 -> Affine(4, N4) -> Silu) * x2 + (x0 -> Affine(4, 4))) -> layer_1: LayerNorm;
        let v2 = (x2 * x2) -> layer_1;
        let v3 = (v2 * x2) -> net_2: Net34Inner1Inner0 -> Affine(4) -> layer_1 -> layer_1;
        (v1 -> Sigmoid -> net_3: Net34Inner1Inner0, v3 -> net_3 -> Affine(N4) -> net_3 -> layer_4: Dropout(0.25), (v3 + v0) -> Affine(4, 4)) => BinaryCrossEntropy
    }
}

network! {
    struct Net34 = Input(6) -> repeat 3 { turn_1: Affine(6, 6) -> Dropout(0.25) } -> Affine(12) -> net_2: Net34Inner1 -> Affine(2) => IdentityWithLoss;
}

network! {
    struct Net35 = Input(4) -> layer_1: BatchNorm -> layer_1 -> Affine(4, 4) => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5]);
}

network! {
    struct Net36Inner0 {
        input x0: [3];
        input x1: [3];
        let v0 = (x1 * x1 + (x1 -> Affine(3) -> Sigmoid)) -> Tanh -> map Softsign -> layer_1: PRelu(3);
        let v1 = (x1 * v0) -> repeat 1 { Affine(3, 3) -> LeakyRelu(0.3) -> layer_1 };
        (x0 + v1) -> Dropout(0.25) => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5])
    }
}

network! {
    struct Net36Inner1Inner0 {
        input x0: [2];
        let v0 = ((x0 -> Affine(5) -> Softplus) * (x0 -> Affine(5) -> Sigmoid)) -> BatchNorm;
        let v1 = ((v0 -> Affine(N5, 4) -> Tanh) * (x0 -> Affine(4) -> Silu) + (v0 -> Affine(4) -> Dropout(0.25))) -> Affine(4, 2) -> layer_1: PRelu(N2);
        let v2 = (v1 * x0) -> layer_1 -> layer_2: Softplus -> layer_3: BatchNorm;
        let v3 = v2 -> layer_4: Affine(5) -> Affine(5, 2) -> layer_2 -> repeat 1 { Affine(N2, 2) -> LeakyRelu -> layer_1 };
        v3 -> layer_5: PRelu(2) => SoftmaxWithLoss
    }
}

network! {
    struct Net36Inner1 {
        input x0: [5];
        input x1: [6];
        let v0 = (x1 + x1) -> Affine(3) -> Affine(2) -> net_1: Net36Inner1Inner0 -> layer_2: Affine(5);
        let v1 = concat(x0, v0) -> Affine(2) -> net_3: Net36Inner1Inner0;
        let v2 = (x0 -> Affine(5)) -> Affine(N5, 2) -> layer_2;
        let v3 = (x0 * (x0 -> Affine(5) -> Elu)) -> Affine(5, 2) -> net_4: Net36Inner1Inner0 -> net_1;
        let v4 = (x1 + (x1 -> Affine(6) -> HardTanh)) -> Affine(N2) -> net_3 -> repeat 3 { Affine(2) -> Elu -> net_1 };
        concat(v1, v2, v3, v4) -> Dropout(0.25) => SoftmaxWithLoss
    }
}

network! {
    struct Net36Inner1 = Input(2) -> Affine(N3) -> layer_1: PRelu(N3) -> repeat 1 { turn_2: Affine(3) -> Gelu -> layer_1 } => Huber(0.4);
}

network! {
    struct Net36 {
        input x0: [5];
        input x1: [2];
        input x2: [2];
        let v0 = (x1 -> Affine(2) -> Dropout(0.25)) -> layer_1: Affine(2) -> Affine(5) -> Affine(2);
        let v1 = concat((x1 -> Affine(2)), x1, (x1 -> Affine(2))) -> Affine(5) -> layer_2: Affine(5);
        let v2 = x0 -> Tanh -> Affine(5);
        let v3 = x2 -> Affine(11) -> net_3: Net36Inner1 -> PRelu(11) -> layer_4: Affine(N5);
        concat(v0, v1, v2, v3) -> Affine(2) -> layer_1 -> Affine(6) -> net_5: Net36Inner0 => Huber
    }
}

network! {
    struct Net37Inner0 {
        input x0: [6];
        input x1: [2];
        input x2: [2];
        let v0 = x0 -> Affine(2) -> layer_1: Affine(2, 2) -> layer_1;
        let v1 = (x1 + (x1 -> Affine(2))) -> repeat 3 { Affine(2, 2) -> Elu -> layer_1 };
        ((x2 + v1) -> Affine(2, 2), v0 -> layer_1 -> Affine(6)) => Huber(0.4)
    }
}

network! {
    struct Net37 {
        input x0: [6];
        input x1: [6];
        let v0 = x1 -> Sigmoid;
        let v1 = concat(x1, v0) -> Affine(12, N6);
        let v2 = concat(v1, x0, v1) -> layer_1: PRelu(18) -> Affine(10) -> net_2: Net37Inner0 -> PRelu(N8);
        let v3 = (v1 * x0) -> layer_3: Sigmoid -> Affine(6, 6) -> Affine(6);
        let v4 = v3 -> PRelu(6);
        concat(v2, v4) -> Affine(10) -> net_2 => Huber(0.4)
    }
}

network! {
    struct Net38 {
        input x0: [5];
        input x1: [5];
        input x2: [5];
        let v0 = x0 -> layer_1: Affine(5);
        let v1 = x0 -> Affine(4) -> Affine(4, 5) -> layer_1;
        let v2 = x2 -> layer_2: Affine(5, 3) -> layer_3: PRelu(3);
        let v3 = x1 -> Affine(5, 3) -> BatchNorm;
        let v4 = (v1 + x2) -> layer_2;
        concat(v0, v2, v3, v4) -> Dropout(0.25) -> Affine(5) => SoftmaxWithLoss
    }
}

network! {
    struct Net39 {
        input x0: [2];
        input x1: [2];
        input x2: [2];
        let v0 = x0 -> layer_1: Glu(2, 2) -> Affine(2) -> layer_2: Affine(2, 2);
        let v1 = (x2 + v0) -> Glu(2, 2);
        (x1 -> Sigmoid -> layer_1, v1 -> Affine(2) -> Affine(2, 3) -> Affine(N2) -> layer_1) => (Huber(0.4), SoftmaxWithLoss)
    }
}

network! {
    struct Net40 {
        input x0: [6];
        let v0 = ((x0 -> Affine(6)) * (x0 -> Affine(6)) + (x0 -> Affine(6, 6) -> Elu)) -> layer_1: LayerNorm -> layer_2: LayerNorm;
        let v1 = v0 -> layer_3: PRelu(6);
        v1 -> layer_3 => IdentityWithLoss
    }
}

network! {
    struct Net41 {
        input x0: [2];
        input x1: [2];
        let v0 = (x0 + x0) -> layer_1: Affine(2, N2) -> LeakyRelu;
        let v1 = (x1 * (x1 -> Affine(2) -> Silu) + v0) -> layer_2: Affine(N2, 2) -> Affine(6) -> Affine(2) -> layer_1;
        let v2 = (v0 -> Affine(4) -> Elu(0.6)) -> layer_3: PRelu(4);
        concat(v1, v2) => Huber(0.4)
    }
}

network! {
    struct Net42Inner0Inner0 = Input(6) -> Sigmoid -> LayerNorm -> layer_1: Affine(6, 2) -> PRelu(2) => SoftmaxWithLoss(smoothing = 0.2);
}

network! {
    struct Net42Inner0 {
        input x0: [4];
        input x1: [6];
        input x2: [4];
        let v0 = x1 -> layer_1: LayerNorm -> layer_1;
        let v1 = (x2 * x2) -> Affine(N6) -> layer_1 -> BatchNorm;
        let v2 = (v1 * v0) -> Affine(4);
        (x0 + v2) -> Affine(6) -> layer_1 -> net_2: Net42Inner0Inner0 => IdentityWithLoss
    }
}

network! {
    struct Net42 {
        input x0: [2];
        input x1: [6];
        input x2: [2];
        let v0 = x0 -> Affine(2, 14) -> net_1: Net42Inner0 -> Affine(14) -> net_1 -> repeat 2 { Affine(2) -> Tanh };
        concat(x1, x2, v0) -> Affine(10, 14) -> net_1 => BinaryCrossEntropy
    }
}

network! {
    struct Net43 {
        input x0: [2];
        input x1: [5];
        input x2: [2];
        let v0 = (x2 -> Affine(2, 5)) -> Gelu -> Glu(5, 6) -> layer_1: Affine(6);
        let v1 = (x1 -> Affine(5)) -> Affine(6) -> Glu(6, 2) -> LeakyRelu;
        let v2 = v0 -> layer_1 -> Affine(6) -> layer_1;
        let v3 = ((x2 -> Affine(N5) -> Elu) * x1) -> Affine(6) -> layer_1 -> Affine(6, 6);
        concat(x0, v1, v2, v3) -> BatchNorm => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5])
    }
}

network! {
    struct Net44 {
        input x0: [4];
        input x1: [2];
        input x2: [4];
        let v0 = (x1 * x1) -> layer_1: Affine(4);
        let v1 = (v0 -> Affine(4) -> Dropout(0.25)) -> repeat 1 { turn_2: Affine(4, N4) -> Softplus };
        let v2 = x2 -> Affine(4, 2) -> layer_1 -> repeat 1 { turn_3: Affine(4, 4) -> Silu };
        let v3 = v0 -> Affine(2) -> layer_1 -> layer_4: BatchNorm -> layer_5: PRelu(4);
        ((x0 + v2) -> layer_6: LayerNorm, (v1 + v3) -> layer_5 -> layer_7: BatchNorm) => Huber
    }
}

network! {
    struct Net45 = Input(2) -> BatchNorm -> Affine(2) -> layer_1: Glu(2, 3) => SoftmaxWithLoss(smoothing = 0.2);
}

network! {
    struct Net46 {
        input x0: [6];
        input x1: [2];
        let v0 = (x1 -> Affine(6) -> LeakyRelu(0.3)) -> Affine(2);
        let v1 = x0 -> Glu(N6, 6) -> Affine(5);
        (v0 -> layer_1: Affine(2, 2) -> repeat 3 { Affine(2, 2) -> Sigmoid -> layer_1 }, v1 -> Affine(5, 6) -> Affine(5), concat(v1, x1) -> repeat 1 { Affine(7, 7) -> Tanh } -> Affine(2) -> layer_1 -> layer_1) => IdentityWithLoss
    }
}

network! {
    struct Net47 = Input(3) -> Affine(3, N6) -> layer_1: LayerNorm -> repeat 1 { turn_2: Affine(6) -> map Softsign -> layer_1 } -> Affine(6) -> repeat 1 { turn_3: Affine(N6) -> map Softsign -> layer_1 } => SoftmaxWithLoss(smoothing = 0.2);
}

network! {
    struct Net48Inner0Inner0 {
        input x0: [5];
        let v0 = concat((x0 -> Affine(5) -> LeakyRelu(0.3)), x0, x0) -> LeakyRelu(0.3) -> layer_1: Silu;
        let v1 = x0 -> repeat 3 { turn_2: Affine(5) -> Relu };
        let v2 = (v1 -> Affine(3)) -> LayerNorm;
        let v3 = x0 -> LeakyRelu(0.3) -> Affine(5, 15) -> layer_1 -> repeat 1 { Affine(15, 15) -> Sigmoid -> layer_1 };
        concat(v0, v2, v3) => Huber
    }
}

network! {
    struct Net48Inner0Inner1 = Input(2) -> layer_1: Glu(2, 3) -> Affine(2) -> layer_1 => IdentityWithLoss;
}

network! {
    struct Net48Inner0 {
        input x0: [5];
        let v0 = concat(x0, x0) -> LeakyRelu(0.3) -> Silu;
        let v1 = x0 -> Affine(3) -> layer_1: PRelu(3) -> layer_1;
        let v2 = v0 -> Affine(10, 4) -> Affine(3) -> Affine(3, 2) -> net_2: Net48Inner0Inner1;
        let v3 = (v0 * v0 + v0) -> Affine(5) -> net_3: Net48Inner0Inner0 -> Glu(33, 5) -> Affine(4);
        let v4 = (x0 -> Affine(4)) -> Affine(3) -> layer_1 -> Affine(N2) -> net_4: Net48Inner0Inner1;
        concat(v1, v2, v3, v4) -> Elu(0.6) => IdentityWithLoss
    }
}

network! {
    struct Net48Inner1 {
        input x0: [3];
        input x1: [5];
        input x2: [3];
        let v0 = concat(x2, x1) -> layer_1: BatchNorm;
        let v1 = (x1 + x1) -> Affine(N5, N5) -> Affine(5, 3) -> Affine(N8) -> layer_1;
        let v2 = (x1 + x1) -> Dropout(0.25) -> Dropout(0.25) -> layer_2: LayerNorm;
        let v3 = concat(x1, (v2 -> Affine(3))) -> Elu;
        let v4 = (v1 * v0 + v1) -> layer_3: Affine(8) -> Relu -> layer_4: Affine(8);
        concat(x0, v3, v4) -> layer_5: PRelu(19) -> layer_6: map Softsign => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5])
    }
}

network! {
    struct Net48 {
        input x0: [4];
        input x1: [5];
        input x2: [5];
        let v0 = x2 -> layer_1: LayerNorm;
        let v1 = (v0 -> Affine(5, 4) -> LeakyRelu) -> Affine(5) -> layer_1 -> layer_1 -> Affine(4);
        let v2 = concat((v1 -> Affine(N4) -> Elu), v0) -> Affine(5) -> net_2: Net48Inner0 -> Elu -> Affine(5) -> layer_1;
        let v3 = v0 -> layer_1 -> Affine(5, N11) -> net_3: Net48Inner1 -> LayerNorm;
        concat(x0, x1, v2, v3) => Huber(0.4)
    }
}

network! {
    struct Net49 = Input(5) -> BatchNorm -> Affine(2) -> repeat 1 { turn_1: Affine(2, 2) -> Relu } => Huber(0.4);
}

network! {
    struct Net50 {
        input x0: [5];
        let v0 = x0 -> layer_1: Affine(5, 5) -> Affine(6) -> repeat 3 { Affine(6) -> Sigmoid };
        let v1 = v0 -> Affine(5);
        let v2 = v0 -> Affine(5) -> layer_1;
        let v3 = (x0 * x0) -> layer_1 -> repeat 1 { turn_2: Affine(5) -> Tanh -> layer_1 } -> layer_3: Glu(5, 6);
        let v4 = ((v3 -> Affine(6, 5)) + (x0 -> Affine(N5))) -> Glu(5, 6) -> Affine(6, N5) -> layer_3 -> layer_4: Affine(6, 6);
        concat(v1, v2, v4) => Huber
    }
}

network! {
    struct Net51Inner0Inner0 = Input(6) -> Affine(2) -> layer_1: LeakyRelu(0.3) -> layer_1 -> layer_2: Glu(2, 2) => Huber(0.4);
}

network! {
    struct Net51Inner0 {
        input x0: [5];
        let v0 = x0 -> layer_1: Affine(6) -> net_2: Net51Inner0Inner0;
        v0 -> Affine(2, 6) => IdentityWithLoss
    }
}

network! {
    struct Net51 = Input(3) -> Affine(3, 5) -> net_1: Net51Inner0 -> layer_2: Glu(6, 3) -> Affine(5) -> net_1 -> layer_3: PRelu(6) -> Affine(3) -> Affine(N6) -> layer_3 -> Affine(6, 3) => Huber;
}

network! {
    struct Net52 {
        input x0: [5];
        input x1: [2];
        input x2: [5];
        let v0 = ((x0 -> Affine(5)) * x2) -> layer_1: Glu(5, 2) -> Affine(2, 5) -> layer_1;
        let v1 = (x1 + x1) -> Affine(2);
        let v2 = v0 -> PRelu(2);
        let v3 = ((x0 -> Affine(5, 2) -> Relu) * v0) -> Gelu;
        let v4 = (x1 -> Affine(N5)) -> Affine(5, 2);
        concat(v1, v2, v3, v4) -> Elu => SoftmaxWithLoss
    }
}

network! {
    struct Net53 {
        input x0: [2];
        let v0 = x0 -> Affine(2, 5) -> Affine(5);
        let v1 = (v0 -> Affine(5)) -> layer_1: BatchNorm;
        v1 -> layer_2: Affine(N5) => Huber(0.4)
    }
}

network! {
    struct Net54 {
        input x0: [3];
        let v0 = (x0 * x0) -> layer_1: BatchNorm -> Affine(3);
        let v1 = concat(v0, v0, x0) -> layer_2: BatchNorm;
        let v2 = (x0 * v0) -> Softplus -> Glu(3, 3) -> Affine(9) -> layer_2;
        let v3 = concat(v0, x0) -> LayerNorm -> Relu;
        let v4 = (x0 * x0 + x0) -> layer_3: Glu(3, 3) -> Affine(3, 2);
        concat(v1, v2, v3, v4) -> repeat 1 { Affine(26) -> HardTanh } => Huber(0.4)
    }
}

network! {
    struct Net55 = Input(2) -> Elu -> layer_1: PRelu(2) -> layer_2: Affine(2) -> Affine(2, N4) -> Sigmoid -> Affine(4, 2) -> layer_2 => Huber(0.4);
}

network! {
    struct Net56Inner1Inner0 = Input(2) -> layer_1: BatchNorm -> Affine(4) -> layer_2: map Softsign -> layer_3: LayerNorm -> layer_4: Affine(4, 4) => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5]);
}

network! {
    struct Net56Inner1 {
        input x0: [2];
        input x1: [3];
        let v0 = concat(x1, x1) -> layer_1: Glu(6, 2) -> Affine(N6) -> layer_1 -> BatchNorm;
        let v1 = (x1 + x1) -> Affine(3, 2) -> net_2: Net56Inner1Inner0 -> Affine(2) -> net_2 -> Affine(N4, 2);
        let v2 = (x1 * x1) -> Elu(0.6) -> Affine(3);
        concat(x0, v0, v1, v2) => IdentityWithLoss
    }
}

network! {
    struct Net56 {
        input x0: [2];
        let v0 = concat(x0, x0, (x0 -> Affine(2) -> Sigmoid)) -> Affine(5) -> net_1: Net56Inner1;
        let v1 = (v0 * v0) -> Affine(N3);
        let v2 = concat(v1, x0, v1) -> layer_2: BatchNorm;
        let v3 = concat(v1, v0, v0) -> layer_3: Glu(21, 2) -> Affine(N8) -> layer_2;
        (v2 + v3) -> Dropout(0.25) -> Affine(N2) => SoftmaxWithLoss(weights = [0.5, 1.5])
    }
}

network! {
    struct Net57 = Input(4) -> layer_1: Affine(5) -> Affine(4) -> layer_1 -> Relu -> layer_2: PRelu(5) => SoftmaxWithLoss;
}

network! {
    struct Net58Inner0 {
        input x0: [4];
        input x1: [4];
        let v0 = concat(x0, (x0 -> Affine(4, N4) -> Silu), (x0 -> Affine(4))) -> layer_1: LayerNorm -> layer_1 -> layer_2: LayerNorm;
        (x1 -> layer_3: Affine(4), v0 -> Affine(12, 4) -> Affine(12) -> layer_1) => (Huber, SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5]))
    }
}

network! {
    struct Net58 {
        input x0: [6];
        input x1: [6];
        input x2: [6];
        let v0 = (x2 -> Affine(6, 5)) -> layer_1: Affine(6) -> Affine(12) -> Reshape(3, 2, 2) -> Conv2d(3 * 1, 2, stride = 2, padding = 1, groups = 1) -> GlobalAvgPool;
        let v1 = (x2 * x1) -> layer_2: Glu(6, 6) -> Silu -> PRelu(6);
        let v2 = (x2 + x0) -> Relu -> PRelu(6);
        concat(v0, v1, v2) -> Elu -> Affine(N6) => BinaryCrossEntropy
    }
}

network! {
    struct Net59 {
        input x0: [5];
        let v0 = ((x0 -> Affine(N5)) * x0 + x0) -> Silu;
        let v1 = x0 -> layer_1: PRelu(5);
        let v2 = x0 -> Dropout(0.25) -> LayerNorm;
        let v3 = (x0 + v1) -> layer_1;
        let v4 = (v1 * x0 + v0) -> Elu(0.6);
        (v2 -> Affine(N6), v3 -> Affine(5), v4 -> Glu(5, 6) -> Affine(6, N5) -> layer_1 -> Affine(6)) => (BinaryCrossEntropy, 0.5 * SoftmaxWithLoss(smoothing = 0.2), SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5, 1.5, 2.5]))
    }
}

network! {
    struct Net60 {
        input x0: [2];
        input x1: [2];
        let v0 = (x0 * x1 + x0) -> LeakyRelu(0.3) -> Affine(2, 4);
        let v1 = (x1 * x0) -> layer_1: BatchNorm;
        concat(v0, v1) -> Sigmoid -> layer_2: LeakyRelu(0.3) => IdentityWithLoss
    }
}

network! {
    struct Net61 {
        input x0: [6];
        let v0 = ((x0 -> Affine(6)) * x0) -> Affine(6, 4) -> Affine(5) -> net_1: Net61Inner1;
        let v1 = ((v0 -> Affine(4) -> Sigmoid) + (x0 -> Affine(6, 4))) -> Affine(4, 5) -> net_2: Net61Inner1 -> net_2 -> Affine(6);
        v1 -> Affine(4) -> Affine(4, 5) -> net_2 => SoftmaxWithLoss
    }
}

network! {
    struct Net62 = Input(4) -> Affine(4) -> layer_1: Affine(N4) -> layer_2: Affine(N4, 2) -> Affine(4) -> layer_2 => SoftmaxWithLoss;
}

network! {
    struct Net63Inner0 {
        input x0: [3];
        input x1: [4];
        let v0 = x0 -> LeakyRelu(0.3) -> layer_1: LayerNorm -> Affine(3, 2);
        concat(x1, v0) -> Affine(2) => BinaryCrossEntropy
    }
}

network! {
    struct Net63 {
        input x0: [6];
        let v0 = concat(x0, x0) -> repeat 2 { turn_1: Affine(N12) -> Softplus } -> layer_2: LayerNorm -> layer_3: Affine(12);
        (v0 -> repeat 1 { turn_4: Affine(12) -> Relu -> layer_2 } -> Affine(12, 7) -> net_5: Net63Inner0 -> Affine(4), concat(v0, (x0 -> Affine(6, N2) -> Tanh), v0) -> Affine(26, 7) -> net_6: Net63Inner0, x0 -> Affine(7) -> net_6 -> Affine(N7) -> net_5 -> PRelu(2)) => Huber
    }
}

network! {
    struct Net64 {
        input x0: [6];
        let v0 = ((x0 -> Affine(6, 5)) * (x0 -> Affine(6, 5) -> Tanh)) -> layer_1: Relu -> LeakyRelu -> layer_1;
        (v0 -> Affine(5), (v0 + (v0 -> Affine(5))) -> HardTanh) => (2 * Huber, SoftmaxWithLoss)
    }
}

network! {
    struct Net65 {
        input x0: [3];
        input x1: [4];
        input x2: [3];
        let v0 = x0 -> repeat 2 { Affine(3) -> Softplus };
        let v1 = (x0 + v0) -> Affine(3) -> repeat 1 { Affine(3, 3) -> Relu };
        concat(x1, x2, v1) -> layer_1: LayerNorm => BinaryCrossEntropy
    }
}

network! {
    struct Net66 {
        input x0: [6];
        let v0 = x0 -> layer_1: Affine(6);
        let v1 = x0 -> layer_2: BatchNorm -> Glu(6, 6);
        let v2 = v0 -> repeat 1 { turn_3: Affine(6) -> Relu -> layer_1 } -> Affine(2);
        let v3 = (x0 * (v0 -> Affine(6, 6))) -> Affine(6, 6) -> layer_1;
        let v4 = (v2 * v2) -> Affine(N6) -> layer_1 -> layer_1 -> Silu;
        (v1 + v3 + v4) => SoftmaxWithLoss
    }
}

network! {
    struct Net67 {
        input x0: [5];
        input x1: [3];
        let v0 = x1 -> BatchNorm -> layer_1: Affine(3) -> Affine(N5);
        concat(x0, v0) => IdentityWithLoss
    }
}

network! {
    struct Net68Inner0Inner0 {
        input x0: [5];
        input x1: [5];
        input x2: [5];
        let v0 = (x0 * x1 + x0) -> layer_1: Glu(5, 4);
        let v1 = concat(x0, x1) -> Affine(10, 5);
        let v2 = x0 -> layer_1 -> Affine(5) -> layer_1 -> PRelu(4);
        let v3 = concat(v1, x1) -> HardTanh;
        concat(x2, v0, v2, v3) -> Sigmoid -> Sigmoid => SoftmaxWithLoss(smoothing = 0.2)
    }
}

network! {
    struct Net68Inner0 {
        input x0: [2];
        let v0 = (x0 * x0) -> Affine(15) -> net_1: Net68Inner0Inner0;
        let v1 = (x0 * x0) -> BatchNorm -> Affine(15) -> net_1;
        let v2 = (v0 * v1) -> Affine(2);
        let v3 = (v1 -> Affine(23, 3) -> Sigmoid) -> Affine(3, 2);
        let v4 = (v0 * (v1 -> Affine(23) -> Relu)) -> Affine(23, 15) -> net_2: Net68Inner0Inner0 -> layer_3: LayerNorm -> Tanh;
        concat(v2, v3, v4) => Huber
    }
}

network! {
    struct Net68 {
        input x0: [3];
        input x1: [3];
        input x2: [6];
        let v0 = (x2 + (x2 -> Affine(6, 6))) -> layer_1: PRelu(6) -> layer_1 -> layer_1;
        let v1 = v0 -> PRelu(6) -> repeat 2 { turn_2: Affine(6) -> Silu -> layer_1 } -> Affine(6, 5);
        concat(x0, x1, v1) -> Affine(2) -> net_3: Net68Inner0 => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5])
    }
}

network! {
    struct Net69 {
        input x0: [3];
        input x1: [3];
        input x2: [4];
        let v0 = (x1 * x0) -> layer_1: Affine(3, N3);
        concat(x2, v0) -> Affine(7, 4) => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5])
    }
}

network! {
    struct Net70 {
        input x0: [3];
        input x1: [3];
        let v0 = x0 -> layer_1: Affine(N3) -> layer_2: Affine(3, 6);
        let v1 = v0 -> Glu(6, 3) -> Affine(3) -> Affine(N3, 6);
        let v2 = ((v0 -> Affine(3)) * x0) -> layer_3: PRelu(N3) -> map Softsign;
        let v3 = x0 -> layer_1 -> layer_3;
        let v4 = (x1 + v3) -> layer_3 -> layer_2;
        concat(v1, v2, v4) => Huber(0.4)
    }
}

network! {
    struct Net71 {
        input x0: [4];
        let v0 = ((x0 -> Affine(3) -> Tanh) * (x0 -> Affine(3) -> Silu) + (x0 -> Affine(3) -> Relu)) -> Affine(3, 5) -> repeat 2 { Affine(5, N5) -> Relu } -> layer_1: PRelu(5);
        (v0 -> layer_1 -> Affine(3), (v0 + v0) -> layer_2: Affine(5) -> layer_3: Glu(5, 5), v0 -> layer_1 -> layer_2 -> LeakyRelu) => (0.5 * SoftmaxWithLoss(smoothing = 0.2), BinaryCrossEntropy, 2 * BinaryCrossEntropy)
    }
}

network! {
    struct Net72 {
        input x0: [4];
        input x1: [6];
        input x2: [6];
        let v0 = concat(x0, x1, (x2 -> Affine(4))) -> map Softsign -> BatchNorm -> layer_1: Glu(14, 4);
        v0 -> layer_2: BatchNorm -> layer_3: Affine(4) => SoftmaxWithLoss
    }
}

network! {
    struct Net73 {
        input x0: [2];
        let v0 = (x0 * (x0 -> Affine(2) -> LeakyRelu(0.3)) + x0) -> layer_1: Silu -> layer_1 -> Affine(2);
        let v1 = v0 -> Affine(N2, 2) -> layer_2: Glu(2, 4);
        let v2 = (v0 -> Affine(2, N4) -> Gelu) -> Affine(2) -> layer_1 -> layer_2 -> Affine(2);
        (v1 -> Affine(2) -> layer_2 -> layer_3: LeakyRelu, v2 -> Affine(6), v0 -> layer_1) => (Huber, 2 * BinaryCrossEntropy, SoftmaxWithLoss(weights = [0.5, 1.5]))
    }
}

network! {
    struct Net74Inner0Inner1 = Input(3) -> LayerNorm -> layer_1: Glu(3, 6) -> Affine(3) -> layer_1 -> PRelu(6) -> Glu(N6, 2) => SoftmaxWithLoss(smoothing = 0.2);
}

network! {
    struct Net74Inner0 {
        input x0: [6];
        input x1: [2];
        let v0 = (x1 * (x0 -> Affine(2)) + x1) -> Relu;
        let v1 = concat(x1, x1, x1) -> layer_1: Glu(6, 6) -> Affine(3) -> net_2: Net74Inner0Inner1;
        let v2 = concat(v1, x0, x1) -> Affine(3) -> net_3: Net74Inner0Inner1 -> layer_4: Affine(6) -> layer_5: PRelu(6);
        let v3 = concat((v0 -> Affine(6)), (x0 -> Affine(2))) -> Affine(8, 3) -> net_2 -> Affine(6);
        concat(v2, v3) -> Affine(12, 5) -> Affine(3) -> net_6: Net74Inner0Inner1 => Huber
    }
}

network! {
    struct Net74 {
        input x0: [4];
        input x1: [4];
        let v0 = x0 -> Affine(4, N8) -> net_1: Net74Inner0 -> Softplus -> Affine(8) -> net_1;
        let v1 = (x0 * x0) -> repeat 3 { turn_2: Affine(4, 4) -> LeakyRelu(0.3) } -> Affine(8) -> net_1 -> layer_3: Affine(2);
        concat(x1, v0, v1) -> PRelu(8) -> layer_4: Affine(8, 4) => Huber
    }
}

network! {
    struct Net75 = Input(3) -> layer_1: PRelu(3) -> repeat 1 { turn_2: Affine(3) -> Sigmoid -> layer_1 } -> layer_1 -> layer_3: Affine(3, 2) => Huber;
}

network! {
    struct Net76 {
        input x0: [2];
        input x1: [3];
        input x2: [2];
        let v0 = x0 -> layer_1: BatchNorm -> layer_1 -> repeat 1 { Affine(N2) -> Dropout(0.25) -> layer_1 };
        let v1 = x0 -> layer_1 -> layer_1;
        let v2 = x0 -> layer_1 -> layer_2: Glu(N2, 2);
        let v3 = (x1 * x1) -> Glu(3, N2);
        concat(x2, v0, v1, v2, v3) => SoftmaxWithLoss(weights = [0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5])
    }
}

network! {
    struct Net77 = Input(3) -> BatchNorm -> Affine(3, N2) => Huber(0.4);
}

network! {
    struct Net78 {
        input x0: [6];
        let v0 = (x0 + x0) -> layer_1: Affine(6, 6);
        v0 -> Affine(6, 6) => Huber(0.4)
    }
}

network! {
    struct Net79Inner0 {
        input x0: [6];
        let v0 = concat(x0, x0, x0) -> LayerNorm -> layer_1: Glu(18, 4);
        let v1 = ((v0 -> Affine(6)) * x0) -> Affine(5) -> layer_2: LayerNorm -> Softplus;
        let v2 = v1 -> layer_2 -> layer_2 -> layer_3: LayerNorm;
        v2 -> Affine(5, 18) -> layer_1 => IdentityWithLoss
    }
}

network! {
    struct Net79 = Input(6) -> net_1: Net79Inner0 -> repeat 3 { turn_2: Affine(4) -> Elu(0.6) } => SoftmaxWithLoss(smoothing = 0.2);
}

/// All networks.
#[rustfmt::skip]
pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case { name: "Net0", is_same_in_prediction: true, passes: Passes::of::<Net0<f64>>() },
        Case { name: "Net1", is_same_in_prediction: false, passes: Passes::of::<Net1<f64>>() },
        Case { name: "Net2", is_same_in_prediction: false, passes: Passes::of::<Net2<f64>>() },
        Case { name: "Net3", is_same_in_prediction: true, passes: Passes::of::<Net3<f64>>() },
        Case { name: "Net4", is_same_in_prediction: true, passes: Passes::of::<Net4<f64>>() },
        Case { name: "Net5", is_same_in_prediction: false, passes: Passes::of::<Net5<f64>>() },
        Case { name: "Net6", is_same_in_prediction: false, passes: Passes::of::<Net6<f64>>() },
        Case { name: "Net7", is_same_in_prediction: false, passes: Passes::of::<Net7<f64>>() },
        Case { name: "Net8", is_same_in_prediction: true, passes: Passes::of::<Net8<f64>>() },
        Case { name: "Net9", is_same_in_prediction: false, passes: Passes::of::<Net9<f64>>() },
        Case { name: "Net10", is_same_in_prediction: false, passes: Passes::of::<Net10<f64>>() },
        Case { name: "Net11", is_same_in_prediction: false, passes: Passes::of::<Net11<f64>>() },
        Case { name: "Net12", is_same_in_prediction: true, passes: Passes::of::<Net12<f64>>() },
        Case { name: "Net13", is_same_in_prediction: false, passes: Passes::of::<Net13<f64>>() },
        Case { name: "Net14", is_same_in_prediction: false, passes: Passes::of::<Net14<f64>>() },
        Case { name: "Net15", is_same_in_prediction: true, passes: Passes::of::<Net15<f64>>() },
        Case { name: "Net16", is_same_in_prediction: true, passes: Passes::of::<Net16<f64>>() },
        Case { name: "Net17", is_same_in_prediction: true, passes: Passes::of::<Net17<f64>>() },
        Case { name: "Net18", is_same_in_prediction: false, passes: Passes::of::<Net18<f64>>() },
        Case { name: "Net19", is_same_in_prediction: true, passes: Passes::of::<Net19<f64>>() },
        Case { name: "Net20", is_same_in_prediction: false, passes: Passes::of::<Net20<f64>>() },
        Case { name: "Net21", is_same_in_prediction: false, passes: Passes::of::<Net21<f64>>() },
        Case { name: "Net22", is_same_in_prediction: false, passes: Passes::of::<Net22<f64>>() },
        Case { name: "Net23", is_same_in_prediction: true, passes: Passes::of::<Net23<f64>>() },
        Case { name: "Net24", is_same_in_prediction: false, passes: Passes::of::<Net24<f64>>() },
        Case { name: "Net25", is_same_in_prediction: true, passes: Passes::of::<Net25<f64>>() },
        Case { name: "Net26", is_same_in_prediction: true, passes: Passes::of::<Net26<f64>>() },
        Case { name: "Net27", is_same_in_prediction: true, passes: Passes::of::<Net27<f64>>() },
        Case { name: "Net28", is_same_in_prediction: false, passes: Passes::of::<Net28<f64>>() },
        Case { name: "Net29", is_same_in_prediction: false, passes: Passes::of::<Net29<f64>>() },
        Case { name: "Net30", is_same_in_prediction: false, passes: Passes::of::<Net30<f64>>() },
        Case { name: "Net31", is_same_in_prediction: false, passes: Passes::of::<Net31<f64>>() },
        Case { name: "Net32", is_same_in_prediction: true, passes: Passes::of::<Net32<f64>>() },
        Case { name: "Net33", is_same_in_prediction: true, passes: Passes::of::<Net33<f64>>() },
        Case { name: "Net34", is_same_in_prediction: false, passes: Passes::of::<Net34<f64>>() },
        Case { name: "Net35", is_same_in_prediction: false, passes: Passes::of::<Net35<f64>>() },
        Case { name: "Net36", is_same_in_prediction: false, passes: Passes::of::<Net36<f64>>() },
        Case { name: "Net37", is_same_in_prediction: true, passes: Passes::of::<Net37<f64>>() },
        Case { name: "Net38", is_same_in_prediction: false, passes: Passes::of::<Net38<f64>>() },
        Case { name: "Net39", is_same_in_prediction: true, passes: Passes::of::<Net39<f64>>() },
        Case { name: "Net40", is_same_in_prediction: true, passes: Passes::of::<Net40<f64>>() },
        Case { name: "Net41", is_same_in_prediction: true, passes: Passes::of::<Net41<f64>>() },
        Case { name: "Net42", is_same_in_prediction: false, passes: Passes::of::<Net42<f64>>() },
        Case { name: "Net43", is_same_in_prediction: false, passes: Passes::of::<Net43<f64>>() },
        Case { name: "Net44", is_same_in_prediction: false, passes: Passes::of::<Net44<f64>>() },
        Case { name: "Net45", is_same_in_prediction: false, passes: Passes::of::<Net45<f64>>() },
        Case { name: "Net46", is_same_in_prediction: true, passes: Passes::of::<Net46<f64>>() },
        Case { name: "Net47", is_same_in_prediction: true, passes: Passes::of::<Net47<f64>>() },
        Case { name: "Net48", is_same_in_prediction: false, passes: Passes::of::<Net48<f64>>() },
        Case { name: "Net49", is_same_in_prediction: false, passes: Passes::of::<Net49<f64>>() },
        Case { name: "Net50", is_same_in_prediction: true, passes: Passes::of::<Net50<f64>>() },
        Case { name: "Net51", is_same_in_prediction: true, passes: Passes::of::<Net51<f64>>() },
        Case { name: "Net52", is_same_in_prediction: true, passes: Passes::of::<Net52<f64>>() },
        Case { name: "Net53", is_same_in_prediction: false, passes: Passes::of::<Net53<f64>>() },
        Case { name: "Net54", is_same_in_prediction: false, passes: Passes::of::<Net54<f64>>() },
        Case { name: "Net55", is_same_in_prediction: true, passes: Passes::of::<Net55<f64>>() },
        Case { name: "Net56", is_same_in_prediction: false, passes: Passes::of::<Net56<f64>>() },
        Case { name: "Net57", is_same_in_prediction: true, passes: Passes::of::<Net57<f64>>() },
        Case { name: "Net58", is_same_in_prediction: false, passes: Passes::of::<Net58<f64>>() },
        Case { name: "Net59", is_same_in_prediction: false, passes: Passes::of::<Net59<f64>>() },
        Case { name: "Net60", is_same_in_prediction: false, passes: Passes::of::<Net60<f64>>() },
        Case { name: "Net61", is_same_in_prediction: true, passes: Passes::of::<Net61<f64>>() },
        Case { name: "Net62", is_same_in_prediction: true, passes: Passes::of::<Net62<f64>>() },
        Case { name: "Net63", is_same_in_prediction: true, passes: Passes::of::<Net63<f64>>() },
        Case { name: "Net64", is_same_in_prediction: true, passes: Passes::of::<Net64<f64>>() },
        Case { name: "Net65", is_same_in_prediction: true, passes: Passes::of::<Net65<f64>>() },
        Case { name: "Net66", is_same_in_prediction: false, passes: Passes::of::<Net66<f64>>() },
        Case { name: "Net67", is_same_in_prediction: false, passes: Passes::of::<Net67<f64>>() },
        Case { name: "Net68", is_same_in_prediction: false, passes: Passes::of::<Net68<f64>>() },
        Case { name: "Net69", is_same_in_prediction: true, passes: Passes::of::<Net69<f64>>() },
        Case { name: "Net70", is_same_in_prediction: true, passes: Passes::of::<Net70<f64>>() },
        Case { name: "Net71", is_same_in_prediction: true, passes: Passes::of::<Net71<f64>>() },
        Case { name: "Net72", is_same_in_prediction: false, passes: Passes::of::<Net72<f64>>() },
        Case { name: "Net73", is_same_in_prediction: true, passes: Passes::of::<Net73<f64>>() },
        Case { name: "Net74", is_same_in_prediction: true, passes: Passes::of::<Net74<f64>>() },
        Case { name: "Net75", is_same_in_prediction: true, passes: Passes::of::<Net75<f64>>() },
        Case { name: "Net76", is_same_in_prediction: false, passes: Passes::of::<Net76<f64>>() },
        Case { name: "Net77", is_same_in_prediction: false, passes: Passes::of::<Net77<f64>>() },
        Case { name: "Net78", is_same_in_prediction: true, passes: Passes::of::<Net78<f64>>() },
        Case { name: "Net79", is_same_in_prediction: true, passes: Passes::of::<Net79<f64>>() },
    ]
}
