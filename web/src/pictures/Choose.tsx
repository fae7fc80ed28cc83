import { useState } from "react";
import { Icon, type IconName } from "../app/Icon";
import { later } from "../app/later";
import { tell } from "../app/notices";
import { add } from "./store";

const Camera = later(() => import("./Camera"));

/** The ways to a picture: files, and the camera. */
export function Choose() {
  const [camera, setCamera] = useState<"closed" | "open" | "missing">("closed");
  const missing = (why: string) => {
    setCamera("missing");
    tell.noCamera(why);
  };
  // a phone's own camera app needs neither permission nor a secure page
  const still = camera === "missing" && matchMedia("(pointer: coarse)").matches;
  return (
    <div className="flex flex-wrap justify-center gap-2">
      <FileKey icon="picture" label="Choose pictures" multiple />
      {still ? (
        <FileKey icon="camera" label="Take a photo" capture="environment" />
      ) : (
        <button type="button" className="key key-edge" onClick={() => setCamera("open")}>
          <Icon name="camera" /> Camera
        </button>
      )}
      {camera === "open" && (
        <Camera
          onClose={() => setCamera("closed")}
          onMissing={missing}
          onPhoto={(photo) => void add([photo])}
        />
      )}
    </div>
  );
}

interface FileKeyProps {
  icon: IconName;
  label: string;
  multiple?: boolean;
  capture?: "environment";
}

function FileKey({ icon, label, multiple, capture }: FileKeyProps) {
  return (
    <label className="key key-edge">
      <input
        type="file"
        className="sr-only"
        accept="image/*"
        multiple={multiple}
        capture={capture}
        onChange={({ target }) => {
          const files = [...(target.files ?? [])];
          target.value = ""; // the same file can be chosen again
          if (files.length > 0) void add(files);
        }}
      />
      <Icon name={icon} /> {label}
    </label>
  );
}
