/** In place of a photo that could not be fetched: why, and what to do. */

import type { ApiError } from "../api";
import { text } from "../text";
import { Message } from "../widgets/message";

interface Props {
  error: ApiError;
  retry: () => void;
  close: () => void;
}

export function Missing({ error, retry, close }: Props) {
  return error.status === 404 ? (
    <Message
      title={text.unknownPhoto}
      hint={text.unknownPhotoHint}
      action={text.backToTimeline}
      onAction={close}
    />
  ) : (
    <Message
      title={text.photoFailed}
      hint={text.reason(error.code, error.message)}
      action={text.retry}
      onAction={retry}
    />
  );
}
