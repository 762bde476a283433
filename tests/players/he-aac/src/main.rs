//! HE-AAC from samples: `he-aac PROFILE CHANNELS BITRATE`, 5 being SBR and 29 SBR with parametric stereo.
//!
//! Reads 16-bit samples at 48 kHz from standard input, writes ADTS frames to standard output. What the
//! encoder and the decoder's SBR put before the sound is dropped, so that frame 0 is time 0.

use std::{
    io::{Read, Write},
    mem,
    os::raw::{c_int, c_void},
    ptr,
};

use fdk_aac_sys as fdk;

fn main() -> std::io::Result<()> {
    let numbers: Vec<u32> =
        std::env::args().skip(1).map(|word| word.parse().expect("a number")).collect();
    let [profile, channels, bitrate] = numbers[..] else { panic!("PROFILE CHANNELS BITRATE") };
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    let mut encoder = Encoder::open(profile, channels, bitrate);
    let (frame, delay) = (encoder.frame, encoder.delay);
    let dropped = delay.div_ceil(frame);
    let mut samples = vec![0; (dropped * frame - delay) * encoder.channels];
    samples.extend(bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])));
    let mut out = std::io::stdout().lock();
    for frame in encoder.frames(&mut samples).iter().skip(dropped) {
        out.write_all(frame)?;
    }
    Ok(())
}

struct Encoder {
    handle: fdk::HANDLE_AACENCODER,
    channels: usize,
    /// Samples of a channel in a frame, and ahead of the first.
    frame: usize,
    delay: usize,
}

impl Encoder {
    fn open(profile: u32, channels: u32, bitrate: u32) -> Self {
        let mut handle = ptr::null_mut();
        // SAFETY: the handle is made by the first call and outlives the others; the encoder is
        // initialised by a call without buffers, as its documentation has it.
        let info = unsafe {
            good(fdk::aacEncOpen(&mut handle, 0, channels));
            for (what, value) in [
                (fdk::AACENC_PARAM_AACENC_AOT, profile),
                (fdk::AACENC_PARAM_AACENC_SAMPLERATE, 48_000),
                (fdk::AACENC_PARAM_AACENC_CHANNELMODE, channels),
                (fdk::AACENC_PARAM_AACENC_BITRATEMODE, 0),
                (fdk::AACENC_PARAM_AACENC_BITRATE, bitrate),
                // ADTS.
                (fdk::AACENC_PARAM_AACENC_TRANSMUX, 2),
            ] {
                good(fdk::aacEncoder_SetParam(handle, what, value));
            }
            good(fdk::aacEncEncode(handle, ptr::null(), ptr::null(), ptr::null(), ptr::null_mut()));
            let mut info = mem::MaybeUninit::<fdk::AACENC_InfoStruct>::zeroed();
            good(fdk::aacEncInfo(handle, info.as_mut_ptr()));
            info.assume_init()
        };
        let (channels, frame) = (channels as usize, info.frameLength as usize);
        Self { handle, channels, frame, delay: info.nDelay as usize }
    }

    /// All frames of the samples.
    fn frames(&mut self, samples: &mut [i16]) -> Vec<Vec<u8>> {
        let (mut frames, mut at, mut buffer) = (Vec::new(), 0, vec![0; LARGEST_FRAME]);
        while let Some((taken, length)) = self.step(&mut samples[at..], &mut buffer) {
            at += taken;
            if length > 0 {
                frames.push(buffer[..length].to_vec());
            }
        }
        frames
    }

    /// Samples taken and bytes written; none at the end.
    fn step(&mut self, samples: &mut [i16], buffer: &mut [u8]) -> Option<(usize, usize)> {
        let count = samples.len().min(self.frame * self.channels) as c_int;
        let mut input = samples.as_mut_ptr().cast::<c_void>();
        let mut output = buffer.as_mut_ptr().cast::<c_void>();
        let mut of_input = [fdk::AACENC_BufferIdentifier_IN_AUDIO_DATA as c_int, count * 2, 2];
        let room = buffer.len() as c_int;
        let mut of_output = [fdk::AACENC_BufferIdentifier_OUT_BITSTREAM_DATA as c_int, room, 1];
        let described = |buffer: &mut *mut c_void, [kind, size, each]: &mut [c_int; 3]| {
            fdk::AACENC_BufDesc {
                numBufs: 1,
                bufs: buffer,
                bufferIdentifiers: kind,
                bufSizes: size,
                bufElSizes: each,
            }
        };
        let input = described(&mut input, &mut of_input);
        let output = described(&mut output, &mut of_output);
        // With nothing left it is told so, and gives what it still has.
        let left = if count == 0 { -1 } else { count };
        let arguments = fdk::AACENC_InArgs { numInSamples: left, numAncBytes: 0 };
        // SAFETY: the buffers live until the call returns, and are as long as it is told.
        unsafe {
            let mut told: fdk::AACENC_OutArgs = mem::zeroed();
            let ended = fdk::aacEncEncode(self.handle, &input, &output, &arguments, &mut told);
            let more = ended == fdk::AACENC_ERROR_AACENC_OK;
            more.then_some((told.numInSamples.max(0) as usize, told.numOutBytes.max(0) as usize))
        }
    }
}

fn good(code: fdk::AACENC_ERROR) {
    assert!(code == fdk::AACENC_ERROR_AACENC_OK, "libfdk-aac says {code}");
}

const LARGEST_FRAME: usize = 20_480;
