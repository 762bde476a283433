mod cues;
