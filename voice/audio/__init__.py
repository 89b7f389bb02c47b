"""Sound itself: frames, G.711, resampling, level, recording, tones."""
