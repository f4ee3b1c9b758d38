/** Where the server has a recording's file. */
export const recordingUrl = (space: string, recording: string): string =>
  `/api/spaces/${encodeURIComponent(space)}/recordings/${encodeURIComponent(recording)}.sbtrace`;
