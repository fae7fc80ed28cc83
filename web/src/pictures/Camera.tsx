import { useEffect, useRef, useState } from "react";
import { Dialog } from "../app/Dialog";

interface Props {
  onClose(): void;
  onMissing(why: string): void;
  onPhoto(photo: File): void;
}

/** The picture of the camera, and a button to keep it. */
export default function Camera({ onClose, onMissing, onPhoto }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const [ready, setReady] = useState(false);
  const missing = useRef(onMissing);
  useEffect(() => {
    let stream: MediaStream | null = null;
    let open = true;
    camera().then(
      (found) => {
        stream = found;
        if (!open) return stop(found);
        if (video.current) video.current.srcObject = found;
      },
      (error: unknown) => open && missing.current(reason(error)),
    );
    return () => {
      open = false;
      if (stream) stop(stream);
    };
  }, []);
  const shoot = async () => {
    if (!video.current) return;
    const photo = await still(video.current);
    onClose();
    onPhoto(photo);
  };
  return (
    <Dialog title="Camera" onClose={onClose}>
      <video
        ref={video}
        autoPlay
        playsInline
        muted
        aria-label="What the camera sees"
        onLoadedMetadata={() => setReady(true)}
        className="aspect-[4/3] w-full rounded-2xl bg-black object-contain"
      />
      <button
        type="button"
        className="key key-main mt-4 w-full"
        disabled={!ready}
        onClick={() => void shoot()}
      >
        Take the picture
      </button>
    </Dialog>
  );
}

async function camera(): Promise<MediaStream> {
  if (!navigator.mediaDevices) throw new Error("This page may use a camera over https only.");
  return navigator.mediaDevices.getUserMedia({
    video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 960 } },
  });
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

async function still(video: HTMLVideoElement): Promise<File> {
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  return new File([await canvas.convertToBlob()], "photo.png", { type: "image/png" });
}

function reason(error: unknown): string {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError") return "The browser was told not to use it.";
  if (name === "NotFoundError") return "This device has none.";
  if (name === "NotReadableError") return "Another program is using it.";
  return error instanceof Error ? error.message : "It does not answer.";
}
