//! Normalization of images: of each channel over a batch, and of groups of channels of each sample.
//!
//! The layout is `batch × channels × area`, where the area of a plane is height times width. Sums are
//! computed in `f64`, from deviations from the mean, as in `normalise`.

use super::elementwise::vectorised;
use super::normalise::{Moments, add, inverse_std_dev, row_moments};
use super::planes::planes_of;
use super::sums::sums_over;
use crate::kernels::instantiate::instantiate;
use crate::kernels::scalar::Scalar;

vectorised! {
    /// Computes the mean and the variance of each channel over all samples and places. Stores them in
    /// `moments` (three times as many numbers as channels), in the layout of [`Moments::of`].
    fn plane_moments<T: Scalar>(input: &[T], area: usize, moments: &mut [T]) {
        let channels = moments.len() / 3;
        let count = (input.len() / channels) as f64;
        for channel in 0..channels {
            // Deviations from the first number, so that a common offset is not summed.
            let origin = input[channel * area].as_f64();
            let mut sum = 0.0;
            for plane in planes_of(input, channel, channels, area) {
                let [of_plane] = sums_over([plane], |[x]| [x.as_f64() - origin]);
                sum += of_plane;
            }
            let mean = origin + sum / count;
            let mut squares = 0.0;
            for plane in planes_of(input, channel, channels, area) {
                let [of_plane] =
                    sums_over([plane], |[x]| [(x.as_f64() - mean) * (x.as_f64() - mean)]);
                squares += of_plane;
            }
            let nearest = T::from_f64(mean);
            moments[channel] = nearest;
            moments[channels + channel] = T::from_f64(mean - nearest.as_f64());
            moments[2 * channels + channel] = T::from_f64(squares / count);
        }
    }
}

/// The mean of a channel, and its rounding error if that is known.
#[inline(always)]
fn mean_of<T: Scalar>(moments: &Moments<'_, T>, channel: usize) -> (T, T) {
    let remainder = moments.remainder.get(channel).copied();
    (moments.mean[channel], remainder.unwrap_or(T::zero()))
}

vectorised! {
    /// `y = γ (x - mean) / √(variance + ε) + β`, with the `moments` of each channel.
    fn normalise_planes<T: Scalar>(
        input: &[T], moments: Moments<'_, T>, weight: &[T], bias: &[T], area: usize,
        output: &mut [T]
    ) {
        let channels = weight.len();
        let planes = input.chunks_exact(area).zip(output.chunks_exact_mut(area));
        for (number, (x, y)) in planes.enumerate() {
            let channel = number % channels;
            let inverse = inverse_std_dev(moments.variance[channel]);
            let scale = T::from_f64(weight[channel].as_f64() * inverse);
            let ((mean, remainder), bias) = (mean_of(&moments, channel), bias[channel]);
            for (&x, y) in x.iter().zip(y) {
                *y = ((x - mean) - remainder) * scale + bias;
            }
        }
    }
}

/// The gradients that the backward passes compute: of `γ`, `β` and the input, if it is given.
pub(crate) struct PlaneGradients<'a, T> {
    pub(crate) weight: &'a mut [T],
    pub(crate) bias: &'a mut [T],
    pub(crate) input: Option<&'a mut [T]>,
}

vectorised! {
    /// The backward pass of [`normalise_planes`], where `moments` are those of `input`. With
    /// `c = x - mean`, `s = 1 / √(variance + ε)` and `M` numbers in all planes of a channel:
    ///
    /// ```text
    /// dβ = Σ dy
    /// dγ = s Σ dy c
    /// dx = γ s (dy - dβ / M - c s dγ / M)
    /// ```
    fn normalise_planes_back<T: Scalar>(
        input: &[T], moments: Moments<'_, T>, weight: &[T], dout: &[T], area: usize,
        grads: PlaneGradients<'_, T>
    ) {
        let channels = weight.len();
        let count = (input.len() / channels) as f64;
        let PlaneGradients { weight: dweight, bias: dbias, input: mut dinput } = grads;
        for channel in 0..channels {
            let (mean, remainder) = mean_of(&moments, channel);
            let inverse = inverse_std_dev(moments.variance[channel]);
            let (mut sum, mut product) = (0.0, 0.0);
            let planes = planes_of(input, channel, channels, area);
            for (x, dy) in planes.zip(planes_of(dout, channel, channels, area)) {
                let [of_dy, of_products] = sums_over([x, dy], |[x, dy]| {
                    [dy.as_f64(), dy.as_f64() * ((x - mean) - remainder).as_f64()]
                });
                sum += of_dy;
                product += of_products;
            }
            dbias[channel] = T::from_f64(sum);
            dweight[channel] = T::from_f64(inverse * product);
            let Some(dinput) = &mut dinput else { continue };
            let scale = T::from_f64(weight[channel].as_f64() * inverse);
            let slope = T::from_f64(inverse * inverse * product / count);
            let shift = T::from_f64(sum / count);
            let planes = planes_of(input, channel, channels, area);
            let d_planes = dinput
                .chunks_exact_mut(channels * area)
                .map(|sample| &mut sample[channel * area..][..area]);
            for ((x, dy), dx) in
                planes.zip(planes_of(dout, channel, channels, area)).zip(d_planes)
            {
                for ((&x, &dy), dx) in x.iter().zip(dy).zip(dx) {
                    *dx = scale * (dy - shift - ((x - mean) - remainder) * slope);
                }
            }
        }
    }
}

vectorised! {
    /// `y = γ (x - mean) / √(variance + ε) + β`, with the mean and the variance of each group of
    /// channels of a sample, and `γ` and `β` of each channel.
    fn normalise_groups<T: Scalar>(
        input: &[T], groups: usize, weight: &[T], bias: &[T], area: usize, output: &mut [T]
    ) {
        let channels = weight.len() / groups;
        let len = channels * area;
        for (number, (x, y)) in input.chunks_exact(len).zip(output.chunks_exact_mut(len)).enumerate()
        {
            let (mean, inverse) = row_moments(x);
            let first = number % groups * channels;
            let planes = x.chunks_exact(area).zip(y.chunks_exact_mut(area));
            let settings = weight[first..].iter().zip(&bias[first..]);
            for ((x, y), (weight, &bias)) in planes.zip(settings) {
                let scale = T::from_f64(inverse * weight.as_f64());
                for (&x, y) in x.iter().zip(y) {
                    *y = T::from_f64(x.as_f64() - mean) * scale + bias;
                }
            }
        }
    }
}

vectorised! {
    /// The backward pass of [`normalise_groups`]. `scratch` is scratch memory of twice as many numbers
    /// as channels. With `c = x - mean`, `g = dy γ`, `s = 1 / √(variance + ε)` and `M` numbers in a
    /// group:
    ///
    /// ```text
    /// dβ = Σ dy       (of a channel, over the batch)
    /// dγ = Σ dy c s   (of a channel, over the batch)
    /// dx = s (g - Σ g / M - c s² Σ (g c) / M)   (over the group)
    /// ```
    fn normalise_groups_back<T: Scalar>(
        input: &[T], groups: usize, weight: &[T], dout: &[T], area: usize,
        grads: PlaneGradients<'_, T>, scratch: &mut [T]
    ) {
        let PlaneGradients { weight: dweight, bias: dbias, input: mut dinput } = grads;
        let channels = weight.len() / groups;
        let len = channels * area;
        assert_eq!(scratch.len(), 2 * weight.len(), "the room of a GroupNorm");
        dweight.fill(T::zero());
        dbias.fill(T::zero());
        scratch.fill(T::zero());
        let lost = scratch.split_at_mut(weight.len());
        for (number, (x, dy)) in input.chunks_exact(len).zip(dout.chunks_exact(len)).enumerate() {
            let (mean, inverse) = row_moments(x);
            let first = number % groups * channels;
            let (mut of_group, mut products) = (0.0, 0.0);
            let planes = x.chunks_exact(area).zip(dy.chunks_exact(area));
            for (channel, (x, dy)) in (first..).zip(planes) {
                let [sum, product] = sums_over([x, dy], |[x, dy]| {
                    [dy.as_f64(), dy.as_f64() * (x.as_f64() - mean)]
                });
                let scaled = T::from_f64(inverse * product);
                add(&mut dweight[channel], &mut lost.0[channel], scaled);
                add(&mut dbias[channel], &mut lost.1[channel], T::from_f64(sum));
                of_group += weight[channel].as_f64() * sum;
                products += weight[channel].as_f64() * product;
            }
            let Some(dinput) = &mut dinput else { continue };
            let shift = T::from_f64(of_group / len as f64);
            let slope = T::from_f64(inverse * inverse * products / len as f64);
            let inverse = T::from_f64(inverse);
            let d_planes = dinput[number * len..][..len].chunks_exact_mut(area);
            let planes = x.chunks_exact(area).zip(dy.chunks_exact(area)).zip(d_planes);
            for (((x, dy), dx), &weight) in planes.zip(&weight[first..]) {
                for ((&x, &dy), dx) in x.iter().zip(dy).zip(dx) {
                    let deviation = T::from_f64(x.as_f64() - mean);
                    *dx = inverse * (dy * weight - shift - deviation * slope);
                }
            }
        }
    }
}
